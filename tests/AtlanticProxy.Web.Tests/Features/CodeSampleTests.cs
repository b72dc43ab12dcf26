using AtlanticProxy.Web.Features.Endpoints;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The programs that customers copy. Whether they run is for the end-to-end tests.</summary>
[TestClass]
public sealed class CodeSampleTests
{
    private const string Username = "alice-country-us", Password = "a-b.c~d9", Target = "https://example.com/";

    private static readonly EndpointProtocol Http = new(EndpointProtocol.Http, "HTTP", "proxy.test", 8080, "http");

    public static IEnumerable<object[]> Programs => CodeSample.All.Where(sample => sample.File is not null)
        .Select(sample => new object[] { sample.Id });

    [TestMethod, DynamicData(nameof(Programs))]
    public void Sample_Written_NamesTheEndpointAndThePageAndNoField(string id)
    {
        string code = CodeSample.Find(id).Write(new Endpoint(Http, Username, Password), Target);

        foreach (string part in new[] { "proxy.test", "8080", Username, Password, Target })
            Assert.Contains(part, code);
        Assert.DoesNotContain("{{", code.Replace("={{", "", StringComparison.Ordinal));
    }

    [TestMethod, DynamicData(nameof(Programs))]
    public void Sample_WithAPasswordLikeAField_KeepsIt(string id) =>
        Assert.MatchesRegex(@"\{\{host\}\}|%7B%7Bhost%7D%7D",
            CodeSample.Find(id).Write(new Endpoint(Http, Username, "{{host}}"), Target));

    [TestMethod]
    public void Samples_OfEachProtocol_UseItsSchemeOrDoNotSpeakIt()
    {
        var socks = new EndpointProtocol(EndpointProtocol.Socks5, "SOCKS5", "proxy.test", 8080, "socks5h");

        Assert.AreEqual("curl -x 'socks5h://alice-country-us:a-b.c~d9@proxy.test:8080' 'https://example.com/'",
            CodeSample.Find("curl").Write(new Endpoint(socks, Username, Password), Target));
        Assert.Contains("\"socks5://alice", CodeSample.Find("go").Write(new Endpoint(socks, Username, Password), Target));
        Assert.IsFalse(CodeSample.Find("aiohttp").Speaks(EndpointProtocol.Socks5));
        Assert.IsFalse(CodeSample.All.Any(sample => sample.Speaks(EndpointProtocol.Shadowsocks)));
        Assert.IsTrue(CodeSample.All.All(sample => sample.Speaks(EndpointProtocol.Http)));
    }

    [TestMethod]
    public void Url_OfAnyPassword_IsReadBackWhole()
    {
        var random = new Random(7);
        for (int i = 0; i < 1000; i++)
        {
            string password = new([.. Enumerable.Range(0, 20).Select(_ => (char)random.Next(0x20, 0x7f))]);

            var url = new Uri(new Endpoint(Http, Username, password).Url());

            Assert.AreEqual($"{Username}:{password}", Uri.UnescapeDataString(url.UserInfo.Replace("%3A", ":")));
            Assert.AreEqual("proxy.test", url.Host, password);
        }
    }

    [TestMethod]
    [DataRow("it's", "it'\\''s", "it\\'s", "it's"), DataRow("a\"b\\c", "a\"b\\c", "a\"b\\\\c", "a\\\"b\\\\c")]
    [DataRow("a\nb\u2028", "a\nb\u2028", "a\nb\u2028", "a\\nb\\u2028")]
    [DataRow("$x`y`#{z}", "$x`y`#{z}", "$x`y`#{z}", "$x`y`#{z}")]
    public void Literals_OfSpecialCharacters_AreEscapedForTheirLanguage(
        string text, string shell, string single, string doubled)
    {
        Assert.AreEqual(shell, StringLiteral.OfShell(text));
        Assert.AreEqual(single, StringLiteral.OfSingleQuotes(text));
        Assert.AreEqual(doubled, StringLiteral.OfDoubleQuotes(text));
    }

    [TestMethod]
    public void Formats_OfAwkwardPasswords_KeepThem()
    {
        const string awkward = "{user},\"x\"";
        Endpoint[] one = [new(Http, Username, awkward)];

        Assert.AreEqual($"proxy.test:8080:{Username}:{awkward}", EndpointFormat.Find("colons").Write(one, ""));
        Assert.AreEqual($"http,proxy.test,8080,{Username},\"{{user}},\"\"x\"\"\"",
            EndpointFormat.Find("csv").Write(one, "").Split('\n')[1]);
        Assert.AreEqual(awkward, System.Text.Json.JsonDocument.Parse(EndpointFormat.Find("json").Write(one, ""))
            .RootElement[0].GetProperty("password").GetString());
    }
}
