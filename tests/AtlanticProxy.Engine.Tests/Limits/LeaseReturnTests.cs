using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>What a node gives back when it stops.</summary>
[TestClass]
public sealed class LeaseReturnTests
{
    [TestMethod]
    public async Task GrantOnItsWay_WhenAllIsGivenBack_IsGivenBackToo()
    {
        var source = new Source();
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        var lease = keeper.Of(1, 1);
        keeper.Ask(lease);
        await source.Asked.Task;

        var returning = keeper.ReturnAllAsync(default);
        Assert.IsFalse(returning.IsCompleted);
        source.Answer.SetResult(new LeaseGrant(1_000, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1)));
        await returning;

        Assert.AreEqual(1_000, source.Returned);
        keeper.Ask(lease);
        Assert.AreEqual(1, source.Questions, "nothing is asked for any more");
    }

    [TestMethod]
    public async Task SourceThatIsAway_HoldsNothingUp()
    {
        var source = new Source();
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        keeper.Ask(keeper.Of(1, 1));
        await source.Asked.Task;

        var returning = keeper.ReturnAllAsync(default);
        source.Answer.SetException(new TimeoutException("the database is away"));
        await returning;

        Assert.AreEqual(0, source.Returned);
    }

    [TestMethod]
    public async Task SourceThatNeverAnswers_InAHurry_IsNotWaitedFor()
    {
        var source = new Source();
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        keeper.Ask(keeper.Of(1, 1));
        await source.Asked.Task;

        await keeper.ReturnAllAsync(new CancellationToken(canceled: true));

        Assert.AreEqual(0, source.Returned);
    }

    [TestMethod]
    public async Task Fault_InAHurry_DoesNotStopTheStop()
    {
        var source = new Source { ReturnsFail = true };
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        var lease = keeper.Of(1, 1);
        lease.OnAnswer(new LeaseGrant(1_000, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1)));

        await keeper.ReturnAllAsync(new CancellationToken(canceled: true));

        Assert.AreEqual(0, lease.Available);
    }

    [TestMethod]
    public void Lease_OnceRetired_HasASuccessor()
    {
        using var keeper = new LeaseKeeper(new Source(), TimeProvider.System, NullLogger.Instance);
        var lease = keeper.Of(1, 1);
        Assert.IsTrue(lease.TryEnter());
        Assert.IsFalse(lease.TryRetire(), "somebody is in");
        lease.Leave();
        Assert.AreSame(lease, keeper.Of(1, 1));

        Assert.IsTrue(lease.TryRetire());
        Assert.IsFalse(lease.TryEnter());
        var successor = keeper.Of(1, 1);
        Assert.AreNotSame(lease, successor);
        Assert.IsTrue(successor.TryEnter());
    }

    [TestMethod]
    public async Task Refusal_FromBeforeATopUp_IsAskedAgain()
    {
        var source = new Source();
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        var lease = keeper.Of(1, 1);
        Assert.IsTrue(lease.TryEnter());
        keeper.Exhausted += _ => Assert.Fail("cut right after paying");
        keeper.Ask(lease);
        await source.Asked.Task;

        keeper.OnRefilled(1);
        var late = source.Answer;
        source.Answer = new();
        source.Answer.SetResult(new LeaseGrant(1_000, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1)));
        var filled = new TaskCompletionSource();
        keeper.Filled += _ => filled.SetResult();
        late.SetResult(new LeaseGrant(0, 0, LeaseState.BalanceExhausted, TimeSpan.FromMinutes(1)));
        await filled.Task;

        Assert.AreEqual((1_000L, LeaseState.Granted, 2), (lease.Available, lease.State, source.Questions));
        lease.Leave();
    }

    [TestMethod]
    public async Task ManyLeases_AreGivenBackSeveralAtATime()
    {
        var source = new SlowSource(atATime: 8);
        using var keeper = new LeaseKeeper(source, TimeProvider.System, NullLogger.Instance);
        for (long account = 1; account <= 20; account++)
            Assert.AreEqual(LeaseState.Granted, await keeper.EnsureAsync(keeper.Of(account, 1)));

        await keeper.ReturnAllAsync(default);

        Assert.AreEqual((20, 8), (source.Returned, source.MostAtOnce));
    }

    /// <summary>Answers returns only when as many as it takes at a time are there, or none is to come.</summary>
    private sealed class SlowSource(int atATime) : ILeaseSource
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _full = new();
        private int _waiting;

        public int Returned { get; private set; }

        public int MostAtOnce { get; private set; }

        public ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation) =>
            new(new LeaseGrant(1_000, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1)));

        public async ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
        {
            Task full;
            lock (_lock)
            {
                Returned++;
                MostAtOnce = Math.Max(MostAtOnce, ++_waiting);
                full = _full.Task;
                if (_waiting == atATime || Returned == 20)
                {
                    _full.SetResult();
                    (_full, _waiting) = (new(), 0);
                }
            }
            await full;
        }
    }

    private sealed class Source : ILeaseSource
    {
        public bool ReturnsFail { get; init; }

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<LeaseGrant> Answer { get; set; } = new();

        public int Questions { get; private set; }

        public long Returned { get; private set; }

        public async ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            Questions++;
            var answer = Answer.Task;
            Asked.TrySetResult();
            return await answer.WaitAsync(cancellation);
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
        {
            if (ReturnsFail)
                throw new InvalidOperationException("the connection is broken");
            Returned += unusedBytes;
            return default;
        }
    }
}
