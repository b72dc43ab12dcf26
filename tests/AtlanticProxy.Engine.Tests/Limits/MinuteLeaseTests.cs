using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>Accounts that pay for minutes with an open tunnel.</summary>
[TestClass]
public sealed class MinuteLeaseTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Source _source = new();
    private readonly LeaseKeeper _keeper;
    private readonly AccountLease _lease;

    public MinuteLeaseTests()
    {
        _keeper = new LeaseKeeper(_source, _time, NullLogger.Instance);
        _lease = _keeper.Of(accountId: 7, proxyUserId: 1);
        Assert.IsTrue(_lease.TryEnter());
    }

    public void Dispose() => _keeper.Dispose();

    [TestMethod]
    public async Task SameMinute_IsAskedForOnce()
    {
        Assert.AreEqual(LeaseState.Granted, await _keeper.EnsureAsync(_lease));
        Assert.AreEqual(LeaseState.Granted, await _keeper.EnsureAsync(_lease));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.IsFalse(_keeper.NeedsToAsk(_lease));
        Assert.AreEqual(1, _source.Asked);
        Assert.IsGreaterThan(0, _lease.TakeShare(), "its bytes are free");
    }

    [TestMethod]
    public async Task NextMinute_OfAnOpenTunnel_IsPaidWithoutAnyRequest()
    {
        await _keeper.EnsureAsync(_lease);
        using var stop = new CancellationTokenSource();
        var running = _keeper.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await Poll.UntilAsync(() => _source.Asked == 2);
        Assert.AreEqual(LeaseState.Granted, _lease.State);
        await stop.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task NextMinute_WithoutATunnel_CostsNothing()
    {
        await _keeper.EnsureAsync(_lease);
        _lease.Leave();
        using var stop = new CancellationTokenSource();
        var running = _keeper.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromHours(1));
        await Poll.UntilAsync(() => _keeper.Count == 0, because: "it is given back as idle");
        Assert.AreEqual(1, _source.Asked);
        await stop.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task NextMinute_NotGranted_EndsItsTunnels()
    {
        await _keeper.EnsureAsync(_lease);
        var exhausted = new TaskCompletionSource<AccountLease>();
        _keeper.Exhausted += exhausted.SetResult;
        _source.State = LeaseState.BalanceExhausted;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual(LeaseState.BalanceExhausted, await _keeper.EnsureAsync(_lease));
        Assert.AreSame(_lease, await exhausted.Task);
        Assert.IsTrue(_lease.IsExhausted);
    }

    private sealed class Source : ILeaseSource
    {
        private int _asked;

        public LeaseState State { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            Assert.AreEqual(1, request.WantedMinutes);
            return new(State == LeaseState.Granted
                ? new LeaseGrant(long.MaxValue, 1, State, TimeSpan.FromMinutes(10))
                : new LeaseGrant(0, 0, State, TimeSpan.FromSeconds(5)));
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation) =>
            default;
    }
}
