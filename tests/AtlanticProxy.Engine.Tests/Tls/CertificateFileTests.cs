using System.Text;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>The certificate of the mixed port inside TLS, when its file changes, is lost, or is not there yet.</summary>
[TestClass]
public sealed class CertificateFileTests
{
    [TestMethod]
    public async Task Certificate_Replaced_ServesNewHandshakesAndLeavesOldTunnels()
    {
        using var certificate = new TestCertificate();
        await using var engine = TlsPortTests.Start(certificate);
        using var origin = new EchoOrigin();
        using var old = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
        Assert.AreEqual(certificate.Thumbprint, old.Thumbprint);

        string renewed = certificate.Write();
        await Poll.UntilAsync(async () => await ThumbprintAsync(engine) == renewed);

        // A file that cannot be used changes nothing, and a good one after it is taken.
        certificate.Break();
        await Poll.UntilAsync(async () =>
        {
            Assert.AreEqual(renewed, await ThumbprintAsync(engine));
            return engine.Log.Contains("cannot be used");
        });
        string again = certificate.Write();
        await Poll.UntilAsync(async () => await ThumbprintAsync(engine) == again);

        await old.SendAsync("still");
        Assert.AreEqual("still", Encoding.Latin1.GetString(await old.ReadAsync(5)));
    }

    [TestMethod]
    [DataRow(LostFile.Missing), DataRow(LostFile.Unreadable), DataRow(LostFile.LinkToItself)]
    public async Task Certificate_FileLost_TheLastOneServesAndIsComplainedOfOnce(LostFile how)
    {
        using var certificate = new TestCertificate();
        await using var engine = TlsPortTests.Start(certificate);
        string last = certificate.Thumbprint;
        certificate.Lose(how);
        await Poll.UntilAsync(async () =>
        {
            Assert.AreEqual(last, await ThumbprintAsync(engine));
            return engine.Log.Contains("cannot be used");
        });

        // Many looks later still, and a file that has come back is taken.
        await Poll.UntilAsync(async () =>
        {
            Assert.AreEqual(last, await ThumbprintAsync(engine));
            return TimeProvider.System.GetElapsedTime(certificate.LostAt) > TimeSpan.FromSeconds(4);
        });
        Assert.AreEqual(1, engine.Log.Lines.Count(line => line.Contains("cannot be used", StringComparison.Ordinal)));
        certificate.Restore();
        string back = certificate.Write();
        await Poll.UntilAsync(async () => await ThumbprintAsync(engine) == back);
        Assert.IsFalse(engine.Log.Contains("A connection failed"));
    }

    [TestMethod]
    [DataRow(null), DataRow(LostFile.Missing), DataRow(LostFile.Unreadable), DataRow(LostFile.LinkToItself)]
    public void Start_WithUnusableCertificate_SaysWhich(LostFile? how)
    {
        using var certificate = new TestCertificate();
        if (how is { } lost)
            certificate.Lose(lost);
        else
            certificate.Break();
        var refused = Assert.ThrowsExactly<InvalidDataException>(() => TlsPortTests.Start(certificate));
        StringAssert.Contains(refused.Message, certificate.File);
    }

    [TestMethod]
    public async Task Certificate_Awaited_TlsIsRefusedUntilItIsThere()
    {
        using var certificate = new TestCertificate();
        certificate.Lose(LostFile.Missing);
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.Tls.Add("127.0.0.1:0");
            options.AwaitTlsCertificate(certificate.File);
            Assert.IsEmpty(options.Validate());
        });
        foreach (var port in new[] { engine.Endpoint, engine.Engine.TlsEndpoints[0] })
        {
            using var client = await RawClient.ConnectAsync(port);
            await client.SendAsync([0x16, 3, 1, 2, 0, 1]);
            Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        }
        engine.Engine.LookAtCertificate();
        Assert.IsFalse(engine.Log.Contains("cannot be used"));

        certificate.Write();
        engine.Engine.LookAtCertificate();

        Assert.AreEqual(certificate.Thumbprint, await ThumbprintAsync(engine));
    }

    private static async Task<string> ThumbprintAsync(EngineUnderTest engine)
    {
        using var client = await TlsClient.ConnectAsync(engine.Engine.TlsEndpoints[0]);
        return client.Thumbprint;
    }
}
