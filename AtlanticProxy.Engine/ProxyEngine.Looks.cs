using AtlanticProxy.Engine.Connections;

namespace AtlanticProxy.Engine;

// What is open now, for people who look.
public sealed partial class ProxyEngine
{
    /// <summary>A loop that has not answered by then hangs, or has ended.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _look = new(1);

    /// <summary>Requests and connections that were turned away since the start.</summary>
    public long Refusals => _context.Node.Refused;

    /// <summary>
    /// The first of what is carried now and matches. Each loop looks at its own connections, some of them each turn.
    /// </summary>
    /// <param name="most">How many at most.</param>
    /// <exception cref="TimeoutException">A loop does not answer.</exception>
    public async Task<OpenConnections> LookAsync(
        OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation)
    {
        if (_state != State.Running)
            return new OpenConnections([], 0, 0);
        await _look.WaitAsync(cancellation);
        try
        {
            var looks = await OnEachAsync<CarriageSelection>((worker, answer) =>
            {
                var selection = new CarriageSelection(filter, order, most);
                worker.Look(selection, () => answer(selection));
            }, cancellation);
            return new OpenConnections(
                [.. looks.SelectMany(look => look.Items)
                    .OrderByDescending(connection => CarriageSelection.RankOf(connection, order))
                    .ThenBy(connection => connection.Id).Take(most)],
                looks.Sum(look => look.Matching), looks.Sum(look => look.Total));
        }
        finally
        {
            _look.Release();
        }
    }

    /// <summary>Cuts what has one of these ids and is still open: both sides see a reset. How many those were.</summary>
    /// <exception cref="TimeoutException">A loop does not answer.</exception>
    public async Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation) => _state != State.Running
        ? 0
        : (await OnEachAsync<int>((worker, answer) => answer(worker.CutNumbers(ids)), cancellation)).Sum();

    private Task<T[]> OnEachAsync<T>(Action<Worker, Action<T>> ask, CancellationToken cancellation) =>
        Task.WhenAll(_workers.Select(worker =>
        {
            var answered = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            worker.Loop.Post(() => ask(worker, answered.SetResult));
            return answered.Task;
        })).WaitAsync(LookTimeout, TimeProvider.System, cancellation);
}
