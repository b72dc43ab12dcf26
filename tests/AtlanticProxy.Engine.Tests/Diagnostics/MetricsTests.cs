using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Diagnostics;

/// <summary>The engine's instruments, read as an exporter reads them.</summary>
[TestClass]
[DoNotParallelize] // the names of meters are the process's
public sealed class MetricsTests
{
    [TestMethod]
    public async Task Tunnel_IsCountedWhileOpenAndAfter()
    {
        using var reader = new Reader();
        await using var engine = EngineUnderTest.Start();
        using var origin = new EchoOrigin();
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
            await client.ReadHeadAsync();
            await client.SendAsync("hello");
            await client.ReadAsync(5);
            Assert.AreEqual(1, reader.Read("atlantic.tunnels.open"));
            Assert.AreEqual(1, reader.Read("atlantic.connections.open"));
            client.FinishSending();
            await client.ReadToEndAsync();
        }

        await Poll.UntilAsync(() => reader.Read("atlantic.connections.ended", "outcome=Completed") == 1);
        Assert.AreEqual(0, reader.Read("atlantic.tunnels.open"));
        Assert.AreEqual(1, reader.Read("atlantic.tunnels.opened"));
        Assert.AreEqual(1, reader.Read("atlantic.connections.accepted"));
        await Poll.UntilAsync(() => reader.Read("atlantic.traffic", "provider=direct", "direction=down") == 5);
        Assert.AreEqual(5, reader.Read("atlantic.traffic", "provider=direct", "direction=up"));
        Assert.AreEqual(1, reader.Read("atlantic.provider.requests", "provider=direct"));
        Assert.AreEqual(1, reader.Read("atlantic.provider.dials", "provider=direct"));
        Assert.AreEqual(1, reader.Read("atlantic.provider.condition", "provider=direct", "condition=Healthy"));
        Assert.AreEqual(0, reader.Read("atlantic.provider.breakers", "provider=direct"));
        Assert.IsGreaterThan(0, reader.Read("atlantic.loop.turns", "loop=0"));
    }

    [TestMethod]
    public async Task DialsAndFirstBytes_AreTimedOfTunnelsAndRequests()
    {
        using var reader = new Reader();
        await using var engine = EngineUnderTest.Start();
        await Poll.UntilAsync(() => reader.Recorded("atlantic.loop.lag", "loop=0") > 0); // from now on timings are kept
        await using var origin = await OriginServer.StartAsync();
        using var client = await engine.ConnectAsync();

        for (int request = 0; request < 3; request++)
        {
            await client.SendAsync($"GET {origin.Http("/bytes/10")} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
            await client.ReadResponseAsync();
        }
        using var echo = new EchoOrigin();
        using var tunnel = await engine.ConnectAsync();
        await tunnel.SendAsync($"CONNECT {echo.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await tunnel.ReadHeadAsync();
        foreach (string word in new[] { "one", "two" })
        {
            await tunnel.SendAsync(word);
            await tunnel.ReadAsync(word.Length);
        }

        await Poll.UntilAsync(() => reader.Recorded("atlantic.first_byte.duration", "provider=direct") == 4);
        Assert.AreEqual(2, reader.Recorded("atlantic.dial.duration", "provider=direct"));
    }

    [TestMethod]
    public async Task Series_StayTheSame_WhateverClientsAskFor()
    {
        const int many = 50;
        using var reader = new Reader();
        await using var engine = EngineUnderTest.Start(
            users: Enumerable.Range(1, many).Select(i => EngineUnderTest.User(i, $"user{i}")));
        using var origin = new EchoOrigin();
        int before = reader.Series();

        for (int i = 1; i <= many; i++)
        {
            using var good = await engine.ConnectAsync();
            await good.SendAsync(
                $"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader($"user{i}-session-s{i}")}\r\n");
            await good.ReadHeadAsync();
            using var bad = await engine.ConnectAsync();
            await bad.SendAsync($"ODD{i} http://h{i}.invalid/ HTTP/1.1\r\n{EngineUnderTest.BasicHeader($"nobody{i}")}\r\n");
            await bad.ReadHeadAsync();
        }

        Assert.AreEqual(many, reader.Read("atlantic.tunnels.opened"));
        Assert.AreEqual(before, reader.Series());
    }

    [TestMethod]
    public async Task Provider_ThatIsGone_HasNoSeries_AndNewOnesBeginWithZeros()
    {
        using var reader = new Reader();
        await using var engine = EngineUnderTest.Start();

        engine.Engine.Replace(EngineSnapshot.Build(new SnapshotDelta
        {
            Users = [EngineUnderTest.User()], Providers = [EngineUnderTest.Direct(7) with { Name = "other" }],
        }));

        Assert.AreEqual(0, reader.Read("atlantic.traffic", "provider=other", "direction=up"));
        Assert.IsFalse(reader.Has("atlantic.traffic", "provider=direct", "direction=up"));
    }

    [TestMethod]
    public void Timings_WhileNobodyAsks_AreNotKept_AndTooManyAreASample()
    {
        var counts = new LoopCounts();
        counts.Time(TimingKind.Dial, 1, 5);
        Assert.IsNull(counts.TakeTimings([]));

        for (int i = 0; i < 70_000; i++)
            counts.Time(TimingKind.Dial, 1, i);

        Assert.HasCount(65_536, counts.TakeTimings(null)!);
        counts.Time(TimingKind.Dial, 1, 5);
        Assert.IsNull(counts.TakeTimings(null));
    }

    /// <summary>Listens to the engine's meter.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly ConcurrentDictionary<string, double> _values = new();
        private readonly ConcurrentDictionary<string, int> _recorded = new();
        private readonly MeterListener _listener = new();
        private readonly bool _begun;

        public Reader()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                // Engines of other tests that live on speak by that name, too.
                if (_begun && instrument.Meter.Name == ProxyEngine.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
            _begun = true;
        }

        public double Read(string name, params string[] tags)
        {
            Observe();
            return _values[Key(name, tags)];
        }

        public bool Has(string name, params string[] tags)
        {
            Observe();
            return _values.ContainsKey(Key(name, tags));
        }

        public int Series()
        {
            Observe();
            return _values.Count;
        }

        /// <summary>Values of a histogram so far.</summary>
        public int Recorded(string name, params string[] tags) => _recorded.GetValueOrDefault(Key(name, tags));

        public void Dispose() => _listener.Dispose();

        private void Observe()
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
        }

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = Key(instrument.Name, tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            if (instrument.IsObservable)
                _values[key] = value;
            else
                _recorded.AddOrUpdate(key, 1, (_, count) => count + 1);
        }

        private static string Key(string name, IEnumerable<string> tags) => $"{name} {string.Join(' ', tags)}";
    }
}
