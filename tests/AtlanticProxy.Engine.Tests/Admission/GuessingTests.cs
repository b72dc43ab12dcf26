using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Admission;

/// <summary>Who guesses passwords is slowed by address, takes nothing from others, and learns nothing of who exists.</summary>
[TestClass]
public sealed class GuessingTests
{
    private static readonly IPAddress s_guesser = IPAddress.Parse("192.0.2.1"), s_other = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    [DataRow(true, DisplayName = "a user's"), DataRow(false, DisplayName = "nobody's")]
    public async Task Guesses_OfOneAddress_AreBoundedForEachMinuteWhoeverTheyAreOf(bool exists)
    {
        var slow = new SlowVerification(_time);
        var entry = Entry(Chosen("secret"));
        for (int i = 0; i < FailedTries.Most; i++)
            Assert.AreEqual(false, await slow.VerifyAsync(exists ? entry : null, s_guesser, Secret($"guess{i}")));

        Assert.AreEqual(false, await slow.VerifyAsync(entry, s_guesser, Secret("secret")), "it has guessed too often");
        Assert.AreEqual(true, await slow.VerifyAsync(entry, s_other, Secret("secret")));
        _time.Advance(FailedTries.Window);
        Assert.AreEqual(true, await slow.VerifyAsync(entry, s_guesser, Secret("secret")));
    }

    [TestMethod]
    public async Task Queue_OfGuessesThatIsFull_SaysSoOfUnknownNamesToo()
    {
        using var held = new Held();
        var slow = new SlowVerification(_time);
        var entry = Entry(held.Verifier);
        var guesses = Enumerable.Range(0, 64).Select(i => slow.VerifyAsync(entry, Address(i), Secret($"guess{i}"))).ToArray();

        Assert.IsNull(await slow.VerifyAsync(entry, s_other, Secret("one more")));
        Assert.IsNull(await slow.VerifyAsync(null, s_other, Secret("of nobody")));
        var same = slow.VerifyAsync(entry, s_other, Secret("guess0"));
        held.Release();

        foreach (bool? guess in await Task.WhenAll([.. guesses, same]))
            Assert.AreEqual(false, guess);
        Assert.AreEqual(false, await slow.VerifyAsync(null, s_other, Secret("of nobody")), "it is empty again");
    }

    [TestMethod]
    public async Task Connections_WithOneRightSecretAtOnce_AreOneTryAndAllAdmitted()
    {
        var slow = new SlowVerification(_time);
        var entry = Entry(Chosen("secret"));
        var all = await Task.WhenAll(Enumerable.Range(0, 8 * FailedTries.Most)
            .Select(_ => Task.Run(() => slow.VerifyAsync(entry, s_guesser, Secret("secret")))));
        Assert.IsTrue(all.All(right => right == true));
    }

    [TestMethod]
    public async Task RightPassword_AfterTooManyWrongOnes_IsAnsweredAsThoseUntilTheMinuteIsOver()
    {
        var time = new SetTime(flows: true);
        await using var engine = EngineUnderTest.Start(users: [EngineUnderTest.User() with { Secret = Chosen("secret") }],
            time: time);
        using var origin = new EchoOrigin();
        async Task<string> AnswerAsync(string password)
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync(
                $"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader(password: password)}\r\n");
            return await client.ReadHeadAsync();
        }
        var wrong = await Task.WhenAll(Enumerable.Range(0, FailedTries.Most).Select(i => AnswerAsync($"guess{i}")));
        foreach (string answer in wrong)
            StringAssert.StartsWith(answer, "HTTP/1.1 407 ");
        Assert.AreEqual(wrong[0], await AnswerAsync("secret"));
        time.Advance(FailedTries.Window);
        StringAssert.StartsWith(await AnswerAsync("secret"), "HTTP/1.1 200 ");
    }

    private static byte[] Secret(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static IPAddress Address(int number) => new([198, 51, 100, (byte)number]);

    private static UserEntry Entry(SecretVerifier secret) =>
        new(EngineUnderTest.User() with { Secret = secret }, new UserActivity());

    private static ChosenSecretVerifier Chosen(string password)
    {
        const int iterations = 10; // how long it takes is not what is tested
        byte[] salt = new byte[ChosenSecretVerifier.SaltSize];
        return new ChosenSecretVerifier(salt, iterations, ChosenSecretVerifier.Derive(password, salt, iterations));
    }

    /// <summary>Verifications that take until the test says.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public SecretVerifier Verifier => new Slow(_released);

        public void Release() => _released.Set();

        public void Dispose() => _released.Set(); // not disposed of: those that wait are still to be told

        private sealed record Slow(ManualResetEventSlim Released) : SecretVerifier
        {
            public override bool IsSlow => true;

            public override bool Verify(ReadOnlySpan<byte> secret)
            {
                Released.Wait();
                return false;
            }
        }
    }
}
