using System.Text;
using System.Text.RegularExpressions;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Tests.Pipeline;

namespace AtlanticProxy.Engine.Tests.Requests.Grammars;

/// <summary>Any grammar in, the provider's out: over real sockets.</summary>
[TestClass]
public sealed class GrammarTranslationTests
{
    private const string Template =
        "acme[-cc-{country}][-st-{state_words}][-city-{city_words}][-asn-{asn}][-sid-{session}][-min-{ttl}]";

    [TestMethod]
    [DataRow("alice-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict", "secret",
        "acme-cc-us-st-new_york-city-new_york-asn-7922-sid-[0-9a-z]+-min-10")]
    [DataRow("brd-customer-alice-zone-res-country-us-city-sanfrancisco-session-a1b2", "secret",
        "acme-cc-us-city-san_francisco-sid-[0-9a-z]+-min-10")]
    [DataRow("customer-alice-cc-US-st-us_california-city-los_angeles-sessid-abc-sesstime-5", "secret",
        "acme-cc-us-st-california-city-los_angeles-sid-[0-9a-z]+-min-5")]
    [DataRow("user-alice-country-us-city-new_york-session-y-sessionduration-30", "secret",
        "acme-cc-us-city-new_york-sid-[0-9a-z]+-min-30")]
    [DataRow("alice", "secret_country-br_city-saopaulo_session-sgn34f3e_lifetime-1h",
        "acme-cc-br-city-sao_paulo-sid-[0-9a-z]+-min-60")]
    [DataRow("alice-us-fr-1234", "secret", "acme-cc-(us|fr)-sid-[0-9a-z]+-min-10")]
    [DataRow("alice-rotate", "secret", "acme")]
    [DataRow("alice__cr.de;city.berlin;sessttl.60", "secret", "acme-cc-de-city-berlin")]
    public async Task Connect_InAnyGrammar_ReachesTheProviderInItsOwn(string username, string password, string upstreamUsername)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var upstream = new ScriptedUpstream(async connection =>
        {
            seen.TrySetResult(await connection.ReadHeadAsync());
            await connection.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        });
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint, username: Template, password: "pw")]);
        StringAssert.StartsWith(await ConnectAsync(engine, username, password), "HTTP/1.1 200 ");
        string credentials = Regex.Match(await seen.Task, "Proxy-Authorization: Basic (.+)\r\n").Groups[1].Value;
        StringAssert.Matches(Encoding.UTF8.GetString(Convert.FromBase64String(credentials)),
            new Regex($"^{upstreamUsername}:pw$"));
    }

    [TestMethod]
    [DataRow("alice-countri-us", "secret", "countri: did you mean country?")]
    [DataRow("brd-customer-alice-zone-res-ip-1.2.3.4", "secret", "ip: not offered here")]
    [DataRow("customer-alice-cc-XX", "secret", "cc-XX: not a country code, such as us")]
    [DataRow("user-alice-session-a!b", "secret", "session-a?b: 1 to 64 letters, digits, _ and .")]
    [DataRow("alice-us-rotat", "secret", "rotat: did you mean rotate?")]
    [DataRow("alice__cr.de;citi.berlin", "secret", "citi: did you mean city?")]
    [DataRow("alice", "secret_lifetime-30s", "lifetime-30s: whole minutes, 1m to 24h")]
    [DataRow("alice-us", "secret_country-us", "password: targeting in the username already")]
    public async Task Connect_UnknownToken_IsRefusedByNameWithAHint(string username, string password, string problem)
    {
        await using var engine = EngineUnderTest.Start();
        string head = await ConnectAsync(engine, username, password);
        StringAssert.StartsWith(head, "HTTP/1.1 400 ");
        StringAssert.Contains(head, $"error=http_request_error; details=\"UnknownTarget {problem}\"\r\n");
    }

    [TestMethod]
    [DataRow(false, "has_under_score", "has_under_score", "200"), DataRow(true, "has_under_score", "has_under_score", "200")]
    [DataRow(false, "looks_country-us", "looks_country-us", "200"), DataRow(true, "looks_country-us", "looks_country-us", "200")]
    [DataRow(false, "looks_country-us", "looks_country-de", "407"), DataRow(true, "looks_country-us", "looks", "407")]
    [DataRow(false, "plain", "plain_session-x", "200"), DataRow(true, "plain", "plain_session-x", "200")]
    [DataRow(false, "plain", "plain_what-x", "400"), DataRow(true, "plain", "plain_what-x", "400")]
    [DataRow(false, "plain", "wrong_session-x", "407"), DataRow(true, "plain", "wrong_session-x", "407")]
    [DataRow(false, "plain", "_session-x", "407"), DataRow(true, "plain", "_plain", "407")]
    public async Task Connect_UnderscoreInPassword_IsTriedBothWays(bool chosen, string secret, string presented, string status)
    {
        using var origin = new EchoOrigin();
        await using var engine =
            EngineUnderTest.Start(users: [EngineUnderTest.User(password: secret) with { Secret = Verifier(secret, chosen) }]);
        // The second time a chosen secret is remembered.
        for (int i = 0; i < 2; i++)
            StringAssert.StartsWith(await ConnectAsync(engine, "alice", presented, $"{origin.Endpoint}"), $"HTTP/1.1 {status} ");
    }

    private static SecretVerifier Verifier(string secret, bool chosen)
    {
        const int FewIterations = 10; // a test need not be slow
        byte[] salt = new byte[ChosenSecretVerifier.SaltSize];
        return chosen
            ? new ChosenSecretVerifier(salt, FewIterations, ChosenSecretVerifier.Derive(secret, salt, FewIterations))
            : GeneratedSecretVerifier.Of(secret);
    }

    private static async Task<string> ConnectAsync(
        EngineUnderTest engine, string username, string password, string destination = "example.com:443")
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {destination} HTTP/1.1\r\n{EngineUnderTest.BasicHeader(username, password)}\r\n");
        return await client.ReadHeadAsync();
    }
}
