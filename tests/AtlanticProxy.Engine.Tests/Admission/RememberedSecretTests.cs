using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;

namespace AtlanticProxy.Engine.Tests.Admission;

/// <summary>A right password is remembered, so that it is verified once: that may not let in who would not be without.</summary>
[TestClass]
public sealed class RememberedSecretTests
{
    [TestMethod]
    [DataRow(false, DisplayName = "generated")]
    [DataRow(true, DisplayName = "chosen")]
    public async Task WrongPassword_AfterARightOne_IsRefused(bool chosen)
    {
        await using var engine = EngineUnderTest.Start(users: [Alice("secret", chosen)]);
        using var origin = new EchoOrigin();

        await AnswersAsync(engine, origin, "secret", 200);
        await AnswersAsync(engine, origin, "secret", 200);
        await AnswersAsync(engine, origin, "secret2", 407);
        await AnswersAsync(engine, origin, "secret", 200);
    }

    [TestMethod]
    [DataRow(false, false, DisplayName = "generated, change")]
    [DataRow(false, true, DisplayName = "generated, whole snapshot")]
    [DataRow(true, false, DisplayName = "chosen, change")]
    [DataRow(true, true, DisplayName = "chosen, whole snapshot")]
    public async Task RememberedPassword_AfterItsUserHasAnother_IsRefused(bool chosen, bool whole)
    {
        await using var engine = EngineUnderTest.Start(users: [Alice("secret", chosen)]);
        using var origin = new EchoOrigin();
        await AnswersAsync(engine, origin, "secret", 200);

        var changed = Alice("changed", chosen);
        if (whole)
            engine.Engine.Replace(EngineSnapshot.Build([changed], [EngineUnderTest.Direct()]));
        else
            engine.Engine.Apply(new SnapshotDelta { Users = [changed] });

        await AnswersAsync(engine, origin, "secret", 407);
        await AnswersAsync(engine, origin, "changed", 200);
        await AnswersAsync(engine, origin, "secret", 407);
    }

    private static async Task AnswersAsync(EngineUnderTest engine, EchoOrigin origin, string password, int status)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            $"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader(password: password)}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ");
    }

    private static ProxyUser Alice(string password, bool chosen)
    {
        const int iterations = 10; // how long it takes is not what is tested
        byte[] salt = new byte[ChosenSecretVerifier.SaltSize];
        return EngineUnderTest.User() with
        {
            Secret = chosen
                ? new ChosenSecretVerifier(salt, iterations, ChosenSecretVerifier.Derive(password, salt, iterations))
                : GeneratedSecretVerifier.Of(password),
        };
    }
}
