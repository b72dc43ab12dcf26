using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>
/// The programs that the page of endpoints shows, each saved and run exactly as it is shown, with the revealed password in it.
/// They fetch the demo's page of exits, which is reached through the proxy only.
/// </summary>
[TestClass]
public sealed partial class SampleTests
{
    [ClassInitialize]
    public static Task InstallAsync(TestContext _) => NodeClients.InstallAsync();

    [TestMethod]
    [DataRow("curl", "http", "sh", "fetch.sh"), DataRow("curl", "socks5", "sh", "fetch.sh")]
    [DataRow("requests", "http", "/usr/bin/python3", "fetch.py"), DataRow("requests", "socks5", "/usr/bin/python3", "fetch.py")]
    [DataRow("httpx", "http", "/usr/bin/python3", "fetch.py"), DataRow("aiohttp", "http", "/usr/bin/python3", "fetch.py")]
    [DataRow("scrapy", "http", "/usr/bin/python3", "-m", "scrapy", "runspider", "spider.py")]
    [DataRow("undici", "http", "node", "fetch.mjs"), DataRow("got", "http", "node", "fetch.mjs")]
    [DataRow("php", "http", "php", "fetch.php")]
    [DataRow("csharp", "http", "dotnet", "run", "fetch.cs"), DataRow("csharp", "socks5", "dotnet", "run", "fetch.cs")]
    [DataRow("php", "socks5", "php", "fetch.php"), DataRow("ruby", "http", "ruby", "fetch.rb")]
    [DataRow("java", "http", "java", "Fetch.java")]
    public async Task Sample_AsShown_FetchesAPageThroughTheChosenExit(string sample, string protocol, params string[] command)
    {
        using var folder = new SampleFolder();
        await folder.SaveAsync(command[^1], await ShownAsync(sample, protocol));

        await folder.FetchAsync(command);
    }

    [TestMethod]
    [DataRow("http"), DataRow("socks5")]
    public async Task GoSample_Compiled_FetchesAPageThroughTheChosenExit(string protocol)
    {
        using var folder = new SampleFolder();
        await folder.SaveAsync("main.go", await ShownAsync("go", protocol));
        await folder.RunAsync("gccgo-12", "-o", "main", "main.go");

        await folder.FetchAsync("./main");
    }

    [TestMethod]
    public async Task Samples_InsideTls_FetchAPageThroughTheChosenExit()
    {
        var origin = SharedAppliance.Origin;
        await using var appliance = await RunningAppliance.StartDemoAsync("--Engine:Tls:0", "127.0.0.1:0",
            "--Engine:TlsCertificateFile", origin.CertificateFile, "--Engine:TlsKeyFile", origin.KeyFile);
        using var folder = new SampleFolder();
        string trust = $"SSL_CERT_FILE={origin.CertificateFile}";
        foreach (string sample in new[] { "requests", "httpx" })
        {
            await folder.SaveAsync("fetch.py", await ShownAsync(sample, "tls", appliance));
            await folder.FetchAsync("env", trust, $"REQUESTS_CA_BUNDLE={origin.CertificateFile}", "/usr/bin/python3", "fetch.py");
        }
        await folder.SaveAsync("main.go", await ShownAsync("go", "tls", appliance));
        await folder.RunAsync("gccgo-12", "-o", "main", "main.go");
        await folder.FetchAsync("env", trust, "./main");
    }

    [TestMethod]
    [DataRow("puppeteer"), DataRow("playwright")]
    public async Task BrowserSample_AsShown_IsAModuleOfNode(string sample)
    {
        using var folder = new SampleFolder();
        await folder.SaveAsync("fetch.mjs", await ShownAsync(sample, "http"));

        await folder.RunAsync("node", "--check", "fetch.mjs");
    }

    private static Task<string> ShownAsync(string sample, string protocol) =>
        ShownAsync(sample, protocol, SharedAppliance.Demo);

    private static async Task<string> ShownAsync(string sample, string protocol, RunningAppliance appliance)
    {
        var ready = appliance.Ready;
        using var portal = await PortalSession.SignInAsync(
            new Uri(ready.Portal), ready.Customer!.Email, ready.Customer.Password);
        string query = $"?Country=de&Protocol={protocol}&Code={sample}";
        string page = await portal.PressAsync($"/endpoints{query}", $"/endpoints/reveal{query}");
        string code = WebUtility.HtmlDecode(Code().Match(page).Groups[1].Value);
        StringAssert.Contains(code, ready.ProxyUser!.Password);
        return code;
    }

    [GeneratedRegex("<code\\s+id=\"sample\">(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Code();
}
