using AtlanticProxy.Engine.Routing.Health;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Routing;

[TestClass]
public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_time);

    [TestMethod]
    public void Fail_FewerThanTheThreshold_StaysClosed()
    {
        FailTimes(CircuitBreaker.Threshold - 1);
        Assert.IsFalse(_breaker.IsOpen);
        Assert.IsTrue(_breaker.TryEnter());
    }

    [TestMethod]
    public void Succeed_Between_BeginsTheCountAnew()
    {
        FailTimes(CircuitBreaker.Threshold - 1);
        _breaker.Succeed();
        FailTimes(CircuitBreaker.Threshold - 1);
        Assert.IsFalse(_breaker.IsOpen);
    }

    [TestMethod]
    public void Fail_AtTheThreshold_OpensOnceAndLetsNobodyThrough()
    {
        FailTimes(CircuitBreaker.Threshold - 1);
        Assert.IsTrue(_breaker.Fail(), "the one that opens it says so");
        Assert.IsFalse(_breaker.Fail(), "the next does not");
        Assert.IsFalse(_breaker.WouldPass);
        Assert.IsFalse(_breaker.TryEnter());
    }

    [TestMethod]
    public void TryEnter_AfterThePause_LetsOneThrough()
    {
        FailTimes(CircuitBreaker.Threshold);
        _time.Advance(CircuitBreaker.FirstPause * 1.3);
        Assert.IsTrue(_breaker.WouldPass);
        Assert.IsTrue(_breaker.TryEnter());
        Assert.IsFalse(_breaker.TryEnter(), "only one tries");
    }

    [TestMethod]
    public void Succeed_OfTheTrial_Closes()
    {
        FailTimes(CircuitBreaker.Threshold);
        _time.Advance(CircuitBreaker.FirstPause * 1.3);
        Assert.IsTrue(_breaker.TryEnter());
        _breaker.Succeed();
        Assert.IsFalse(_breaker.IsOpen);
        Assert.IsTrue(_breaker.TryEnter() && _breaker.TryEnter());
    }

    [TestMethod]
    public void Fail_OfEachTrial_DoublesThePauseUpToTheLongest()
    {
        FailTimes(CircuitBreaker.Threshold);
        for (var pause = CircuitBreaker.FirstPause; pause < CircuitBreaker.LongestPause; pause *= 2)
        {
            _time.Advance(pause * 0.99);
            Assert.IsFalse(_breaker.WouldPass, $"pause of {pause}");
            _time.Advance(pause * 0.3);
            Assert.IsTrue(_breaker.TryEnter(), $"pause of {pause}");
            _breaker.Fail();
        }
        _time.Advance(CircuitBreaker.LongestPause * 1.3);
        Assert.IsTrue(_breaker.TryEnter());
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void Fail_OfManyUnderWayWhenItOpened_MakesThePauseNoLonger(bool perhaps)
    {
        FailTimes(CircuitBreaker.Threshold);
        for (int straggler = 0; straggler < 20; straggler++)
        {
            _time.Advance(CircuitBreaker.FirstPause * 0.04);
            Assert.IsFalse(perhaps ? _breaker.FailPerhaps(straggler) : _breaker.Fail());
        }
        _time.Advance(CircuitBreaker.FirstPause * 0.5);
        Assert.IsTrue(_breaker.TryEnter(), "1.3 pauses after it opened");

        _breaker.Fail();
        _time.Advance(CircuitBreaker.FirstPause * 1.99);
        Assert.IsFalse(_breaker.WouldPass, "the trial that failed doubled it");
        _time.Advance(CircuitBreaker.FirstPause * 0.5);
        Assert.IsTrue(_breaker.WouldPass, "once");
    }

    [TestMethod]
    public void Fail_OfTheTrialOfOneThatManyDestinationsOpened_DoublesThePause()
    {
        for (int destination = 0; destination < CircuitBreaker.AmbiguousThreshold; destination++)
            _breaker.FailPerhaps(destination);
        _time.Advance(CircuitBreaker.FirstPause * 1.3);
        Assert.IsTrue(_breaker.TryEnter());
        _breaker.Fail();
        _time.Advance(CircuitBreaker.FirstPause * 1.99);
        Assert.IsFalse(_breaker.WouldPass);
        _time.Advance(CircuitBreaker.FirstPause * 0.5);
        Assert.IsTrue(_breaker.WouldPass);
    }

    [TestMethod]
    public void TryEnter_TrialThatNeverReports_GivesWayToAnother()
    {
        FailTimes(CircuitBreaker.Threshold);
        _time.Advance(CircuitBreaker.FirstPause * 1.3);
        Assert.IsTrue(_breaker.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.IsTrue(_breaker.TryEnter());
    }

    [TestMethod]
    public void FailPerhaps_OneDestinationAgainAndAgain_NeverOpens()
    {
        for (int i = 0; i < 1000; i++)
            _breaker.FailPerhaps(7);
        Assert.IsFalse(_breaker.IsOpen);
    }

    [TestMethod]
    public void FailPerhaps_ManyDestinations_Opens()
    {
        for (int destination = 0; destination < CircuitBreaker.AmbiguousThreshold; destination++)
            _breaker.FailPerhaps(destination);
        Assert.IsTrue(_breaker.IsOpen);
    }

    private void FailTimes(int times)
    {
        for (int i = 0; i < times; i++)
            _breaker.Fail();
    }
}
