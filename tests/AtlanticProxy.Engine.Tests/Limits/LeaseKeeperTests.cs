using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>When a lease is renewed, when it is forgotten, and what becomes of it when the database does not answer.</summary>
[TestClass]
public sealed class LeaseKeeperTests : IDisposable
{
    private const long Granted = 1_000_000;

    private static readonly TimeSpan s_valid = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();
    private readonly Source _source = new();
    private readonly LeaseKeeper _keeper;
    private readonly AccountLease _lease;

    public LeaseKeeperTests()
    {
        _keeper = new LeaseKeeper(_source, _time, _log);
        _lease = _keeper.Of(accountId: 7, proxyUserId: 1);
        Assert.IsTrue(_lease.TryEnter());
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _log.Dispose();
    }

    [TestMethod]
    public async Task Lease_InUse_IsRenewedBeforeItsTimeIsOver()
    {
        await _keeper.EnsureAsync(_lease);
        using var stop = new CancellationTokenSource();
        var running = _keeper.RunAsync(stop.Token);

        _time.Advance(s_valid * 0.6);
        Assert.AreEqual(1, _source.Questions, "there is time enough");
        _time.Advance(s_valid * 0.1);
        await Poll.UntilAsync(() => _lease.Available == 2 * Granted, because: "a client may go on beyond the first lease's end");

        Assert.AreEqual(2, _source.Questions);
        await stop.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task Lease_WhoseTimeIsOverWithoutAnAnswer_IsNotUsedAnyMore()
    {
        await _keeper.EnsureAsync(_lease);
        using var stop = new CancellationTokenSource();
        var running = _keeper.RunAsync(stop.Token);
        _source.IsDown = true;

        _time.Advance(s_valid * 0.9);
        Assert.AreEqual(Granted, _lease.Available);
        _time.Advance(s_valid * 0.2);
        await Poll.UntilAsync(() => _lease.Available == 0, because: "the database has given it to others");

        await stop.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task FirstClient_WithoutAnAnswerInTime_IsNotAdmitted()
    {
        _source.Silent = true;
        var first = _keeper.EnsureAsync(_lease);
        await Poll.UntilAsync(() => _source.Questions == 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.IsFalse(first.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsNull(await first);
        await _keeper.ReturnAllAsync(new CancellationToken(canceled: true));
    }

    [TestMethod]
    public async Task Spent_WhenItHasBeenGivenBack_AsksForNothing()
    {
        await _keeper.EnsureAsync(_lease);
        await _keeper.ReturnAllAsync(default);
        Assert.AreEqual(Granted, _source.Returned);

        Assert.AreEqual(0, _lease.TakeShare());

        Assert.AreEqual(1, _source.Questions);
    }

    [TestMethod]
    public async Task Return_InAHurry_IsGivenUpWithoutAWordInTheLog()
    {
        await _keeper.EnsureAsync(_lease);
        _source.Silent = true;

        await _keeper.ReturnAllAsync(new CancellationToken(canceled: true));

        Assert.AreEqual((0L, 0L), (_source.Returned, _lease.Available));
        Assert.IsEmpty(_log.Lines, "it ends by itself, which is no fault");
    }

    /// <summary>Whoever counts its connections wrong never gives a lease back, or gives one back that is used.</summary>
    [TestMethod]
    public async Task Connections_ThatComeAndGoOnAllLoopsAtOnce_AreCountedRight()
    {
        const int Loops = 4, Times = 300_000;
        using var start = new Barrier(Loops);
        await Task.WhenAll(Enumerable.Range(0, Loops).Select(_ => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < Times; i++)
            {
                Assert.IsTrue(_lease.TryEnter());
                _lease.Leave();
            }
        }, TaskCreationOptions.LongRunning)));

        Assert.AreEqual(1, _lease.Connections);
        _lease.Leave();
        Assert.IsTrue(_lease.TryRetire());
    }

    [TestMethod]
    public async Task EngineThatBillsNobody_ServesUsersOfAnAccountAndStops()
    {
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(users: [EngineUnderTest.User() with { QuotaAccountId = 7 }]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await new NoLeases().ReturnAsync(7, 1, 0, default); // what is endless is not given back, and may be
    }

    [TestMethod]
    public async Task Lease_WhenThereIsNoMoreToBeHad_IsUsedToItsLastByteAndThenSpent()
    {
        var spent = new List<AccountLease>();
        int collected = 0, meanwhile = 0;
        _keeper.Exhausted += spent.Add;
        _keeper.Drained += lease =>
        {
            meanwhile = lease.TakeLast(1); // loops give back their shares: what is here can be used
            _keeper.OnCollected(lease);
            Volatile.Write(ref collected, 1);
        };
        await _keeper.EnsureAsync(_lease);
        _source.IsEmpty = true;
        _keeper.Ask(_lease);
        await Poll.UntilAsync(() => Volatile.Read(ref collected) == 1);
        Assert.AreEqual(1, meanwhile);

        Assert.AreEqual((int)Granted - 11, _lease.TakeLast((int)Granted - 11));
        Assert.AreEqual(10, _lease.TakeLast(64), "what there is");
        Assert.IsEmpty(spent);
        Assert.AreEqual(0, _lease.TakeLast(1));
        Assert.AreEqual(_lease, spent.Single());
        Assert.AreEqual(2, _source.Questions, "nobody asks again before the answer's time is over");

        _time.Advance(s_valid + TimeSpan.FromSeconds(1));
        _source.IsEmpty = false;
        Assert.AreEqual(0, _lease.TakeLast(1));
        await Poll.UntilAsync(() => _lease.Available == Granted, because: "then it does");
    }

    [TestMethod]
    public async Task Gate_WhenThereIsNoMoreToBeHad_KeepsNoShare()
    {
        using var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        var gate = new TrafficGate(loop, new UseScope(_time), null, _lease, null);
        await _keeper.EnsureAsync(_lease);
        Assert.AreEqual(100, gate.TakeQuota(100));
        _source.IsEmpty = true;
        _keeper.Ask(_lease);
        await Poll.UntilAsync(() => _lease.State == LeaseState.QuotaExhausted);

        Assert.AreEqual(100, gate.TakeQuota(100));
        Assert.AreEqual(Granted - 200, _lease.Available, "the share went back before");
        gate.GiveBackQuota(50);
        Assert.AreEqual(Granted - 150, _lease.Available);
    }

    private sealed class Source : ILeaseSource
    {
        private int _questions;

        public volatile bool IsDown, Silent, IsEmpty;

        public int Questions => Volatile.Read(ref _questions);

        public long Returned { get; private set; }

        public async ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _questions);
            if (Silent)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            if (IsDown)
                throw new TimeoutException("the database is away");
            return IsEmpty
                ? new LeaseGrant(0, 0, LeaseState.QuotaExhausted, s_valid)
                : new LeaseGrant(Granted, int.MaxValue, LeaseState.Granted, s_valid);
        }

        public async ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
        {
            if (Silent)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            Returned += unusedBytes;
        }
    }
}
