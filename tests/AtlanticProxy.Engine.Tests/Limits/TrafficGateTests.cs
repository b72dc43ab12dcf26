using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>What a gate does with those who wait at it, and with what they do not use.</summary>
[TestClass]
public sealed class TrafficGateTests : IDisposable
{
    private const long Speed = 1_000_000;

    private readonly FakeTimeProvider _time = new();
    private readonly EventLoop _loop = new(0, TimeProvider.System, NullLogger.Instance);
    private readonly LeaseKeeper _keeper = new(new NoLeases(), TimeProvider.System, NullLogger.Instance);

    public void Dispose()
    {
        _loop.Dispose();
        _keeper.Dispose();
    }

    [TestMethod]
    public void Waiters_ThatAreGone_LeaveNoTimerBehind()
    {
        var lane = Gate(Exhausted()).Up;
        Waiter first = new(lane), second = new(lane);
        lane.Wait(first);
        lane.Wait(second);
        lane.Serve();
        Assert.IsTrue(lane.IsArmed, "they wait for more of the quota");

        _loop.Timers.Disarm(lane);
        first.Lane = second.Lane = null; // cut, since there is no more
        lane.Serve();

        Assert.IsFalse(lane.IsArmed);
        Assert.AreEqual(0, first.Turns + second.Turns);
    }

    [TestMethod]
    public void Waiters_BehindOneThatIsGone_HaveTheirTurn()
    {
        var user = new UseScope(_time);
        user.SetSpeeds(new UseLimits { SpeedUp = Speed });
        var lane = new TrafficGate(_loop, user, null, null, null).Up;
        _time.Advance(TimeSpan.FromSeconds(1));
        Waiter[] waiters = [new(lane), new(lane), new(lane)];
        foreach (var waiter in waiters)
            lane.Wait(waiter);
        waiters[0].Lane = waiters[1].Lane = null;

        lane.Serve();

        CollectionAssert.AreEqual(new[] { 0, 0, 1 }, waiters.Select(waiter => waiter.Turns).ToArray());
        Assert.AreEqual(0, user.Up.Waiting);
    }

    [TestMethod]
    public void Floor_WhatIsTakenAndNotMoved_IsThereForOthers()
    {
        var floor = new SpeedLimit(_time);
        floor.Set(Speed);
        _time.Advance(TimeSpan.FromSeconds(1));
        var gate = Gate(Exhausted(), floor);
        long before = floor.Available;
        var waiter = new Waiter(gate.Down);

        int taken = gate.Down.Take(waiter, 64 * 1024);
        Assert.AreEqual(64 * 1024, taken);
        gate.Down.GiveBack(taken - 500);
        Assert.AreEqual(before - 500, floor.Available);

        Assert.IsFalse(gate.Up.TryTakeAll((int)before), "more than there is");
        Assert.AreEqual(before - 500, floor.Available, "what is not enough is not lost");

        gate.Up.Charge(500);
        Assert.AreEqual(before - 1000, floor.Available);
    }

    private TrafficGate Gate(AccountLease lease, SpeedLimit? floor = null) => new(_loop, new UseScope(_time), null, lease, floor);

    private AccountLease Exhausted()
    {
        var lease = _keeper.Of(1, 1);
        lease.OnAnswer(new LeaseGrant(0, 0, LeaseState.QuotaExhausted, TimeSpan.FromMinutes(1)));
        return lease;
    }

    private sealed class Waiter(GateLane lane) : IGateWaiter
    {
        public GateLane? Lane { get; set; } = lane;

        public int Turns { get; private set; }

        public void OnGateOpen(GateLane lane)
        {
            Turns++;
            Lane = null;
        }

        public bool WaitsAt(GateLane lane) => Lane == lane;
    }
}
