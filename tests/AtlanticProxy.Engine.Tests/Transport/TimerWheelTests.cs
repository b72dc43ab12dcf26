using AtlanticProxy.Engine.Transport;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Transport;

[TestClass]
public sealed class TimerWheelTests
{
    /// <summary>The wheel's promise: never early, and late by no more than a tick beyond the step in which time moved.</summary>
    [TestMethod]
    public void Advance_AnyTimersAndSteps_FiresEachOnceAndNotEarly()
    {
        var delays = Gen.OneOf(Gen.Choose(0, 600), Gen.Choose(0, 100_000), Gen.Choose(0, 20_000_000)).ArrayOf();
        var steps = Gen.OneOf(Gen.Choose(1, 50), Gen.Choose(1, 40_000), Gen.Choose(1, 4_000_000)).ArrayOf();
        Prop.ForAll(delays.Two().Zip(steps).ToArbitrary(), input =>
        {
            var ((first, second), moves) = input;
            var wheel = new TimerWheel(0);
            var timers = new List<Recorded>();
            long now = 0;
            Arm(wheel, timers, first, now);
            foreach (int move in moves)
            {
                now += move;
                foreach (var timer in timers)
                    timer.Now = now;
                wheel.Advance(now);
                if (timers.Count == first.Length)
                    Arm(wheel, timers, second, now);
                foreach (var timer in timers)
                    Assert.IsTrue(timer.FiredAt is not null || timer.Due + 2 * TimerWheel.TickMilliseconds > now,
                        $"due {timer.Due}, now {now}, fired {timer.FiredAt}");
            }
            return timers.All(timer => timer.FiredAt is not { } at || at >= timer.Due);
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Disarm_BeforeDue_NeverFires()
    {
        var wheel = new TimerWheel(0);
        var timers = new List<Recorded>();
        Arm(wheel, timers, [10, 10, 5_000, 5_000, 100_000], 0);
        wheel.Disarm(timers[0]);
        wheel.Disarm(timers[3]);
        wheel.Advance(200_000);
        CollectionAssert.AreEqual(new[] { false, true, true, false, true },
            timers.Select(timer => timer.FiredAt is not null).ToArray());
    }

    [TestMethod]
    public void UntilNext_WithTimerFarAway_SleepsWithoutOvershooting()
    {
        var wheel = new TimerWheel(0);
        Assert.AreEqual(-1, wheel.UntilNext(0));
        var timers = new List<Recorded>();
        Arm(wheel, timers, [600_000], 0);
        long now = 0;
        int wakes = 0;
        while (timers[0].FiredAt is null)
        {
            int sleep = wheel.UntilNext(now);
            Assert.IsGreaterThan(0, sleep);
            now += sleep;
            timers[0].Now = now;
            wheel.Advance(now);
            wakes++;
        }
        Assert.IsTrue(now is >= 600_000 and <= 600_000 + 2 * TimerWheel.TickMilliseconds, $"fired at {now}");
        Assert.IsLessThan(10, wakes, "a far timer must not wake the loop often");
    }

    private static void Arm(TimerWheel wheel, List<Recorded> timers, int[] delays, long now)
    {
        foreach (int delay in delays)
        {
            var timer = new Recorded { Due = now + delay, Now = now };
            timers.Add(timer);
            wheel.Arm(timer, timer.Due);
        }
    }

    private sealed class Recorded : TimerNode
    {
        public long Due { get; init; }

        public long Now { get; set; }

        public long? FiredAt { get; private set; }

        internal override void OnTimer()
        {
            Assert.IsNull(FiredAt, "fired twice");
            FiredAt = Now;
        }
    }
}
