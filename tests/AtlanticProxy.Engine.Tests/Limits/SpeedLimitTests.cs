using AtlanticProxy.Engine.Limits;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Limits;

[TestClass]
public sealed class SpeedLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void Take_OverAnyTenSeconds_IsWithin5PercentOfTheSpeed() =>
        Prop.ForAll(Gen.Choose(100_000, 100_000_000).ToArbitrary(), Gen.Choose(1, 200).ToArbitrary(), (speed, stepMilliseconds) =>
        {
            var limit = new SpeedLimit(_time);
            limit.Set(speed);
            var taken = new List<long>();
            for (int elapsed = 0; elapsed < 30_000; elapsed += stepMilliseconds)
            {
                taken.Add(limit.Take(int.MaxValue));
                _time.Advance(TimeSpan.FromMilliseconds(stepMilliseconds));
            }
            int window = 10_000 / stepMilliseconds;
            for (int start = 1; start + window <= taken.Count; start += 7) // at the very first nothing was saved up
            {
                double share = taken.Skip(start).Take(window).Sum() / (speed * (window * stepMilliseconds / 1000.0));
                if (share is < 0.95 or > 1.05)
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Take_AfterARest_SavesUpNoMoreThanTheBurst()
    {
        var limit = new SpeedLimit(_time);
        limit.Set(1_000_000);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(200_000, limit.Take(int.MaxValue));
        Assert.AreEqual(0, limit.Take(1));
    }

    [TestMethod]
    public void GiveBack_WhatWasNotMoved_CanBeTakenAgain()
    {
        var limit = new SpeedLimit(_time);
        limit.Set(1_000_000);
        _time.Advance(TimeSpan.FromSeconds(1));
        int taken = limit.Take(50_000);
        limit.GiveBack(taken);
        Assert.AreEqual(200_000, limit.Take(int.MaxValue));
    }

    [TestMethod]
    public void Set_Zero_IsNoLimit()
    {
        var limit = new SpeedLimit(_time);
        limit.Set(1);
        limit.Set(0);
        Assert.AreEqual(int.MaxValue, limit.Take(int.MaxValue));
        Assert.IsFalse(limit.IsOn);
    }

    [TestMethod]
    public void RateLimit_AnyPeriod_PassesNoMoreThanTwiceTheRateAndTheRateInTheLongRun()
    {
        var limit = new RateLimit(_time, TimeSpan.FromMinutes(1));
        int atOnce = 0;
        while (limit.TryPass(60))
            atOnce++;
        Assert.AreEqual(60, atOnce, "as many at once");
        int passed = 0;
        for (int second = 0; second < 600; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            while (limit.TryPass(60))
                passed++;
        }
        Assert.AreEqual(600, passed, "and evenly after that");
    }
}
