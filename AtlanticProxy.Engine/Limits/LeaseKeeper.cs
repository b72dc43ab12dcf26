using System.Collections.Concurrent;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// Keeps this node's leases: takes more before one is spent, sized to what flows; renews those that would end; gives back what is
/// idle. It asks off the loops, which go on with what they hold.
/// </summary>
internal sealed class LeaseKeeper(ILeaseSource source, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Of the current rate, what one lease is to last for.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(2);

    /// <summary>The least and the most that is asked for at a time. The source gives less as the rest runs out.</summary>
    private const long MinLease = 256 * 1024, MaxLease = 1L << 30;

    /// <summary>An account without a connection for this long gives back what is left.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    /// <summary>A client that comes first waits this long for the database.</summary>
    private static readonly TimeSpan FirstLeaseTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    /// <summary>Questions to the source at a time: each is a connection to the database.</summary>
    private const int MaxQuestions = 8;

    private const int SecondsPerMinute = 60;

    private readonly ConcurrentDictionary<(long Account, long User), HeldLease> _held = new();
    private readonly SemaphoreSlim _questions = new(MaxQuestions);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>On their way: of <see cref="RunAsync"/>, and after it of <see cref="ReturnAllAsync"/>.</summary>
    private readonly List<Task> _returns = [];
    private volatile bool _closing;
    private int _unreachable;

    /// <summary>There is more of a lease that had been spent.</summary>
    public event Action<AccountLease>? Filled;

    /// <summary>
    /// There is no more to be had: loops are to give their shares back, and then to call <see cref="OnCollected"/>.
    /// </summary>
    public event Action<AccountLease>? Drained;

    /// <summary>A lease is spent, and there is no more.</summary>
    public event Action<AccountLease>? Exhausted;

    public AccountLease Of(long accountId, long proxyUserId)
    {
        while (true)
        {
            var held = _held.GetOrAdd((accountId, proxyUserId), static (key, keeper) =>
                new HeldLease(new AccountLease(keeper, key.Account, key.User)), this);
            if (!held.Lease.IsRetired)
                return held.Lease;
            _held.TryRemove(new((accountId, proxyUserId), held)); // as who retired it is about to
        }
    }

    /// <summary>Leases that this node knows of.</summary>
    public int Count => _held.Count;

    /// <summary>Sees that there is something to use; waits only for an account's first lease. Continues on any thread.</summary>
    /// <returns>Whether there is; null when the source does not answer.</returns>
    public ValueTask<LeaseState?> EnsureAsync(AccountLease lease)
    {
        var held = _held.GetOrAdd((lease.AccountId, lease.ProxyUserId), static (_, lease) => new HeldLease(lease), lease);
        if (!NeedsToAsk(lease, held))
            return new(LeaseState.Granted);
        if (lease.IsExhausted && time.GetTimestamp() < held.EndsAt)
            return new(lease.State);
        return FirstAsync(held);
    }

    /// <summary>Whether a client of the account must wait for an answer of the source.</summary>
    public bool NeedsToAsk(AccountLease lease) =>
        !lease.IsKnown || lease.IsExhausted
        || (lease.CountsMinutes && _held.TryGetValue((lease.AccountId, lease.ProxyUserId), out var held)
            && NeedsToAsk(lease, held));

    private bool NeedsToAsk(AccountLease lease, HeldLease held) =>
        !lease.IsKnown || lease.IsExhausted || (lease.CountsMinutes && !held.Pays(Minute));

    private long Minute => time.GetUtcNow().ToUnixTimeSeconds() / SecondsPerMinute;

    /// <summary>Asks for more, unless that is on its way. Never waits.</summary>
    public void Ask(AccountLease lease)
    {
        if (_held.TryGetValue((lease.AccountId, lease.ProxyUserId), out var held))
            _ = AnswerTo(held);
    }

    /// <summary>A loop found nothing left.</summary>
    public void OnSpent(AccountLease lease)
    {
        if (!_held.TryGetValue((lease.AccountId, lease.ProxyUserId), out var held) || held.Lease != lease)
            return;
        if (lease.State == LeaseState.Granted || time.GetTimestamp() >= held.EndsAt)
            _ = AnswerTo(held);
        else if (!held.IsCollecting)
            Exhausted?.Invoke(lease);
    }

    /// <summary>All loops have given back their shares of a lease: what is left now is all there is.</summary>
    public void OnCollected(AccountLease lease)
    {
        if (_held.TryGetValue((lease.AccountId, lease.ProxyUserId), out var held) && held.Lease == lease)
            held.IsCollecting = false;
        if (!lease.IsExhausted)
            Filled?.Invoke(lease);
        else if (lease.Connections > 0)
            Exhausted?.Invoke(lease);
    }

    /// <summary>An account has more than when it was last asked for.</summary>
    public void OnRefilled(long accountId)
    {
        foreach (var held in _held.Values)
            if (held.Lease.AccountId == accountId)
            {
                held.CountRefill();
                held.Lease.OnRefilled();
                if (held.Lease.Connections > 0)
                    _ = AnswerTo(held);
            }
    }

    /// <summary>Renews and gives back until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(RoundTime, time);
        try
        {
            while (true)
            {
                await timer.WaitForNextTickAsync(stop);
                Round(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The orderly end: what is left is given back by ReturnAllAsync.
        }
    }

    /// <summary>
    /// Gives back all that is left, when nothing uses it any more. What is on its way is waited for: it would be missing until it
    /// ends by itself.
    /// </summary>
    public async Task ReturnAllAsync(CancellationToken hurry)
    {
        _closing = true;
        var answers = Task.WhenAll(_held.Values.Select(AnswerTo));
        await answers.WaitAsync(FirstLeaseTimeout, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        await answers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (key, held) in _held)
            if (_held.TryRemove(key, out _))
                _returns.Add(ReturnAsync(held.Lease, hurry));
        await Task.WhenAll(_returns);
    }

    public void Dispose()
    {
        _questions.Dispose();
        _stop.Dispose();
    }

    private void Round(CancellationToken stop)
    {
        long now = time.GetTimestamp();
        foreach (var (key, held) in _held)
        {
            var lease = held.Lease;
            if (lease.Connections > 0)
                held.UsedAt = now;
            if (lease is { Connections: > 0, IsKnown: true, CountsMinutes: true, State: LeaseState.Granted }
                && !held.Pays(Minute))
                _ = AnswerTo(held);
            else if (lease.Connections > 0 && lease.State == LeaseState.Granted && lease.IsKnown && now >= held.RenewAt)
            {
                if (now >= held.EndsAt)
                    lease.Drain(); // the database has long given it to others
                _ = AnswerTo(held);
            }
            else if (lease.Connections == 0 && time.GetElapsedTime(held.UsedAt, now) >= IdleTime && held.Answer.IsCompleted
                && lease.TryRetire())
            {
                _held.TryRemove(new(key, held)); // or who came right now has, for a lease of his own
                _returns.Add(ReturnAsync(lease, stop));
            }
        }
        _returns.RemoveAll(returned => returned.IsCompleted);
    }

    private async Task ReturnAsync(AccountLease lease, CancellationToken cancellation)
    {
        long unused = lease.Drain();
        if (unused is <= 0 or long.MaxValue)
            return;
        try
        {
            await _questions.WaitAsync(CancellationToken.None); // who has a turn is told to hurry, and ends it
            try
            {
                await source.ReturnAsync(lease.AccountId, unused, 0, cancellation);
            }
            finally
            {
                _questions.Release();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // In a hurry: it ends by itself.
        }
        catch (Exception fault)
        {
            EngineLog.LeaseNotReturned(log, fault, lease.AccountId, unused); // it ends by itself
        }
    }

    private async ValueTask<LeaseState?> FirstAsync(HeldLease held)
    {
        try
        {
            await AnswerTo(held).WaitAsync(FirstLeaseTimeout, time, _stop.Token);
            if (NeedsToAsk(held.Lease, held) && !held.Lease.IsExhausted) // it was asked before this client came
                await AnswerTo(held).WaitAsync(FirstLeaseTimeout, time, _stop.Token);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return null;
        }
        return held.Lease.IsExhausted ? held.Lease.State : LeaseState.Granted;
    }

    /// <summary>The answer that is on its way, or that to a new question; the last one, when all is given back.</summary>
    private Task AnswerTo(HeldLease held)
    {
        lock (held)
        {
            if (held.Answer.IsCompleted && !_closing)
                held.Answer = Task.Run(() => AskAsync(held), _stop.Token);
            return held.Answer;
        }
    }

    private async Task AskAsync(HeldLease held)
    {
        var lease = held.Lease;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await _questions.WaitAsync(_stop.Token);
            try
            {
                long began = time.GetTimestamp(), minute = Minute;
                int refills = held.Refills;
                var targeting = lease.Targeting;
                var grant = await source.TakeAsync(new LeaseRequest(lease.AccountId, lease.ProxyUserId, Wanted(held, began), 1,
                    targeting), _stop.Token);
                if (grant.State != LeaseState.Granted && held.Refills != refills)
                    continue; // the answer may be from before
                if (grant.State != LeaseState.Granted)
                    held.IsCollecting = true; // before it shows: until the shares are back, what seems spent may not be
                held.OnAnswered(grant, began, time);
                held.OnMinuteAsked(minute, targeting);
                if (Interlocked.Exchange(ref _unreachable, 0) == 1)
                    EngineLog.LeasesReachable(log);
                if (grant.State == LeaseState.Granted)
                    Filled?.Invoke(lease);
                else
                    Collect(lease);
                return;
            }
            catch (Exception fault) when (!_stop.IsCancellationRequested)
            {
                if (Interlocked.Exchange(ref _unreachable, 1) == 0)
                    EngineLog.LeasesUnreachable(log, fault);
            }
            finally
            {
                _questions.Release();
            }
            if (_closing)
                return;
            await Task.Delay(pause, time, _stop.Token);
        }
    }

    private void Collect(AccountLease lease)
    {
        if (Drained is { } drained)
            drained(lease);
        else
            OnCollected(lease);
    }

    private long Wanted(HeldLease held, long now)
    {
        double seconds = time.GetElapsedTime(held.AskedAt, now).TotalSeconds;
        double rate = held.AskedAt == 0 || seconds <= 0 ? 0 : (held.Lease.Taken - held.TakenWhenAsked) / seconds;
        (held.AskedAt, held.TakenWhenAsked) = (now, held.Lease.Taken);
        return Math.Clamp((long)(rate * LeaseTime.TotalSeconds), MinLease, MaxLease);
    }
}
