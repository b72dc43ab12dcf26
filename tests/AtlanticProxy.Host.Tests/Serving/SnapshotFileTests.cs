using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Tests.Serving;

[TestClass]
public sealed class SnapshotFileTests
{
    private static readonly Provider Acme = new() { Id = 1, Name = "acme", Protocol = UpstreamProtocol.Http,
        Host = "acme.example.com", Port = 80, Password = "hunter2hunter2" };

    private readonly SecretBox _box = new(RandomNumberGenerator.GetBytes(SecretBox.KeySize));

    [TestMethod]
    public void Read_WhatWasWritten_GivesItBackFromAFileThatRevealsNothing()
    {
        using var folder = new TemporaryFolder();
        var file = new SnapshotFile(folder["engine.snapshot"], _box);

        file.Write(EngineSnapshot.Empty);
        file.Write(EngineSnapshot.Build([], [Acme]));

        Assert.AreEqual(Acme.Password, file.Read().Providers.Single().Password);
        byte[] bytes = File.ReadAllBytes(folder["engine.snapshot"]);
        Assert.AreEqual(-1, bytes.AsSpan().IndexOf("hunter2"u8));
        Assert.AreEqual(-1, bytes.AsSpan().IndexOf("acme"u8));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["engine.snapshot"]));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Read_OneBitChangedAnywhere_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var file = new SnapshotFile(folder["engine.snapshot"], _box);
        file.Write(EngineSnapshot.Build([], [Acme]));
        byte[] whole = File.ReadAllBytes(folder["engine.snapshot"]);

        for (int place = 0; place < whole.Length; place++)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 1;
            File.WriteAllBytes(folder["engine.snapshot"], damaged);
            Assert.ThrowsExactly<StartupException>(file.Read, $"byte {place}");
        }
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["engine.snapshot"], whole[..length]);
            Assert.ThrowsExactly<StartupException>(file.Read, $"{length} bytes");
        }
    }

    [TestMethod]
    public void Read_OfAnotherAppliance_SaysSo()
    {
        using var folder = new TemporaryFolder();
        new SnapshotFile(folder["engine.snapshot"], new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeySize)))
            .Write(EngineSnapshot.Empty);

        var refused = Assert.ThrowsExactly<StartupException>(new SnapshotFile(folder["engine.snapshot"], _box).Read);

        StringAssert.Contains(refused.Message, "of an appliance with another key file");
    }

    [TestMethod]
    public async Task Serve_DatabaseAwayAndSnapshotForeign_EndsAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        await File.WriteAllTextAsync(folder["data/engine.snapshot"], "hello");

        var ended = await ApplianceProcess.RunAsync(
        [
            "serve", "--data", folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--Logging:ConsoleLevel",
            "Off",
            "--Database:ConnectionString", $"Host={folder.Path};Username=nobody",
        ]);

        Assert.AreEqual(1, ended.ExitCode);
        StringAssert.Contains(ended.Error, "engine.snapshot is not a snapshot of AtlanticProxy");
    }

    [TestMethod]
    public async Task Serve_DatabaseAwayAndNoSnapshot_EndsAndSaysWhy()
    {
        using var folder = new TemporaryFolder();

        var ended = await ApplianceProcess.RunAsync(
        [
            "serve", "--data", folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--Logging:ConsoleLevel",
            "Off",
            "--Database:ConnectionString", $"Host={folder.Path};Username=nobody",
        ]);

        Assert.AreEqual(1, ended.ExitCode);
        StringAssert.Contains(ended.Error, "The database of Database:ConnectionString does not answer");
    }
}
