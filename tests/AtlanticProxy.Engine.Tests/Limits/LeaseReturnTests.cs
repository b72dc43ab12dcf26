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

    private sealed class Source : ILeaseSource
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource<LeaseGrant> Answer { get; } = new();

        public int Questions { get; private set; }

        public long Returned { get; private set; }

        public async ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            Questions++;
            Asked.TrySetResult();
            return await Answer.Task.WaitAsync(cancellation);
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
        {
            Returned += unusedBytes;
            return default;
        }
    }
}
