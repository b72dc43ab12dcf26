using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;

namespace AtlanticProxy.Host.Tests.Certificates;

/// <summary>What is made of the ways in which lego can end, by a script in its place.</summary>
[TestClass]
public sealed class LegoTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Success_GivesChainAndKeyInOneFile()
    {
        using var folder = new TemporaryFolder();
        WriteIssued(folder, TestAuthority.Name);

        var order = await OrderAsync(folder, $"""
            [ "$*" = "--path {folder["data/acme/lego"]} --server https://acme.test/dir --accept-tos --email a@example.com \
            --domains {TestAuthority.Name} --http --http.webroot {folder["data/acme/webroot"]} run" ] || exit 3
            mkdir "$2/certificates" && cp {folder["issued.pem"]} "$2/certificates/{TestAuthority.Name}.crt"
            cp {folder["issued.pem"]} "$2/certificates/{TestAuthority.Name}.key"
            """);

        Assert.IsNull(order.Error);
        StringAssert.Contains(order.Pem, "BEGIN CERTIFICATE");
        StringAssert.Contains(order.Pem, "PRIVATE KEY");
        string made = folder[$"data/acme/lego/certificates/{TestAuthority.Name}.key"];
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made), "whatever lego does");
    }

    [TestMethod]
    [DataRow("exit 0", "lego succeeded, but the certificate that it left cannot be used")]
    [DataRow("echo odd >&2; exit 1", "lego failed: odd.")]
    [DataRow("exit 127", "lego is not installed, or not on the PATH: apt-get install lego.")]
    public async Task OtherEndings_AreSaidInWords(string script, string words)
    {
        using var folder = new TemporaryFolder();

        var order = await OrderAsync(folder, script);

        Assert.IsNull(order.Pem);
        StringAssert.StartsWith(order.Error, words);
    }

    [TestMethod]
    public async Task Certificate_ForAnotherName_IsNotTaken()
    {
        using var folder = new TemporaryFolder();
        WriteIssued(folder, "other.example");

        var order = await OrderAsync(folder, $"""
            mkdir "$2/certificates" && cp {folder["issued.pem"]} "$2/certificates/{TestAuthority.Name}.crt"
            cp {folder["issued.pem"]} "$2/certificates/{TestAuthority.Name}.key"
            """);

        Assert.AreEqual($"The authority issued a certificate that is not for {TestAuthority.Name}.", order.Error);
    }

    [TestMethod]
    public async Task Account_ThatTheAuthorityHasLost_IsMadeAnewNextTime()
    {
        using var folder = new TemporaryFolder();

        var order = await OrderAsync(folder, """
            mkdir "$2/accounts"
            echo 'acme: error: 400 :: urn:ietf:params:acme:error:accountDoesNotExist :: Account not found' >&2; exit 1
            """);

        StringAssert.Contains(order.Error, "the next attempt makes another");
        Assert.IsFalse(Directory.Exists(folder["data/acme/lego/accounts"]));
    }

    [TestMethod]
    public async Task Lego_ThatIsNotThere_IsNamed()
    {
        using var folder = new TemporaryFolder();

        Assert.AreEqual(Lego.NotInstalled, (await OrderAsync(folder, script: null)).Error);
    }

    private static void WriteIssued(TemporaryFolder folder, string name) =>
        File.WriteAllText(folder["issued.pem"], TestAuthority.Issue(name, DateTimeOffset.UnixEpoch, TestAuthority.Life));

    private Task<Order> OrderAsync(TemporaryFolder folder, string? script)
    {
        string program = folder["lego"];
        if (script is not null)
        {
            File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var settings = Settings.Load(
            new Dictionary<string, string?>
            {
                ["Data:Directory"] = folder["data"], ["Portal:HostName"] = TestAuthority.Name, ["Acme:AgreeToTerms"] = "true",
                ["Acme:Email"] = "a@example.com", ["Acme:Directory"] = "https://acme.test/dir",
            },
            environment: new Dictionary<string, string?>());
        var files = new AcmeFolder(settings);
        files.Create();
        return new Lego(settings, files, program).OrderAsync(TestAuthority.Name, TestContext.CancellationToken);
    }
}
