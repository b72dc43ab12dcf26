using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;
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

    [TestMethod]
    public async Task FinerTargeting_WithinAPaidMinute_IsAskedForOnce()
    {
        await _keeper.EnsureAsync(_lease);
        _lease.ChangeTargeting(PricedTargeting.None, PricedTargeting.City);
        Assert.IsTrue(_keeper.NeedsToAsk(_lease));
        Assert.AreEqual(LeaseState.Granted, await _keeper.EnsureAsync(_lease));
        Assert.IsFalse(_keeper.NeedsToAsk(_lease));
        Assert.AreEqual((2, PricedTargeting.City), (_source.Asked, _source.Targeting));

        _lease.ChangeTargeting(PricedTargeting.City, PricedTargeting.State);
        await _keeper.EnsureAsync(_lease);
        _lease.ChangeTargeting(PricedTargeting.State, PricedTargeting.City);
        Assert.IsFalse(_keeper.NeedsToAsk(_lease), "both are paid for this minute");
        Assert.AreEqual((3, PricedTargeting.State), (_source.Asked, _source.Targeting));
        _time.Advance(TimeSpan.FromMinutes(1));
        await _keeper.EnsureAsync(_lease);
        Assert.AreEqual((4, PricedTargeting.City), (_source.Asked, _source.Targeting), "what is open then");
    }

    [TestMethod]
    public async Task FinerTargeting_OfWhoComesWhileAQuestionIsOnItsWay_IsAskedForAfterIt()
    {
        await _keeper.EnsureAsync(_lease);
        _time.Advance(TimeSpan.FromMinutes(1));
        var answer = _source.Hold();
        var first = _keeper.EnsureAsync(_lease).AsTask();
        await Poll.UntilAsync(() => _source.Asked == 2);
        _lease.ChangeTargeting(PricedTargeting.None, PricedTargeting.Asn);
        var second = _keeper.EnsureAsync(_lease).AsTask();
        answer.SetResult();

        Assert.AreEqual((LeaseState.Granted, LeaseState.Granted), (await first, await second));
        Assert.AreEqual((3, PricedTargeting.Asn), (_source.Asked, _source.Targeting));
        Assert.IsFalse(_keeper.NeedsToAsk(_lease));
    }

    [TestMethod]
    public void Targeting_OfManyConnections_IsWhatAnyOfThemAsksFor()
    {
        var counts = new TargetingCounts();
        counts.Change(PricedTargeting.None, PricedTargeting.City | PricedTargeting.Asn);
        counts.Change(PricedTargeting.None, PricedTargeting.City);
        Assert.AreEqual(PricedTargeting.City | PricedTargeting.Asn, counts.Present);
        counts.Change(PricedTargeting.City | PricedTargeting.Asn, PricedTargeting.State);
        Assert.AreEqual(PricedTargeting.City | PricedTargeting.State, counts.Present);
        counts.Change(PricedTargeting.City, PricedTargeting.None);
        counts.Change(PricedTargeting.State, PricedTargeting.None);
        Assert.AreEqual(PricedTargeting.None, counts.Present);
    }

    [TestMethod]
    [DataRow(TargetingFields.Country | TargetingFields.Session | TargetingFields.Os, PricedTargeting.None)]
    [DataRow(TargetingFields.City, PricedTargeting.City), DataRow(TargetingFields.Zip, PricedTargeting.City)]
    [DataRow(TargetingFields.State, PricedTargeting.State)]
    [DataRow(TargetingFields.Asn, PricedTargeting.Asn), DataRow(TargetingFields.Isp, PricedTargeting.Asn)]
    public void Targeting_ThatMayCostMore_IsFinerThanACountry(TargetingFields asked, PricedTargeting priced) =>
        Assert.AreEqual(priced, PricedTargetingOf.Of(asked));

    private sealed class Source : ILeaseSource
    {
        private TaskCompletionSource? _held;

        /// <summary>Of the last question.</summary>
        public PricedTargeting Targeting { get; private set; }

        /// <summary>The next question is answered when the result is set.</summary>
        public TaskCompletionSource Hold() => _held = new TaskCompletionSource();

        private int _asked;

        public LeaseState State { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public async ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            Targeting = request.Targeting;
            Interlocked.Increment(ref _asked);
            Assert.AreEqual(1, request.WantedMinutes);
            if (Interlocked.Exchange(ref _held, null) is { } held)
                await held.Task;
            return State == LeaseState.Granted
                ? new LeaseGrant(long.MaxValue, 1, State, TimeSpan.FromMinutes(10))
                : new LeaseGrant(0, 0, State, TimeSpan.FromSeconds(5));
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation) =>
            default;
    }
}
