using System.Globalization;
using AtlanticProxy.Host.Cli;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Tests.Configuration;

[TestClass]
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> Nothing = [];

    [TestMethod]
    public void Load_WithManyMistakes_ReportsAllTogether()
    {
        var flags = new Dictionary<string, string?>
        {
            ["Engine:Mixed:0"] = "nowhere", ["Engine:Loops"] = "many", ["Portal:Listen"] = "8000", ["Portal:BrandName"] = "",
            ["Logging:Level"] = "Loud",
            ["Database:ConnectionString"] = "Nonsense=1", ["Data:Directory"] = "here", ["Engine:MaxConections"] = "5",
        };

        var refused = Assert.ThrowsExactly<StartupException>(() => Settings.Load(flags, environment: Nothing));

        // Engine:Mixed is judged once Engine:Loops is a number at all.
        foreach (string name in new[] { "Engine:Loops", "Portal:Listen", "Portal:BrandName", "Logging:Level",
            "Database:ConnectionString", "Data:Directory", "Engine:MaxConections" })
            StringAssert.Contains(refused.Message, $"Setting {name}");
    }

    [TestMethod]
    public void Load_WithSecretFiles_TakesThemOverTheConfigurationAndBeneathTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        string secrets = Directory.CreateDirectory(folder["secrets"]).FullName;
        File.WriteAllText(folder[Settings.FileName], """{ "Engine": { "NodeName": "file", "Loops": 1 } }""");
        File.WriteAllText(Path.Combine(secrets, "Engine__NodeName"), "secret\n");
        File.WriteAllText(Path.Combine(secrets, "Engine__Loops"), "2\n");
        File.WriteAllText(Path.Combine(secrets, "secret.key"), "no setting");

        foreach (string variable in (string[])["CREDENTIALS_DIRECTORY", "ATLANTIC_SECRETS_DIRECTORY"])
        {
            var settings = Settings.Load(new Dictionary<string, string?> { ["Data:Directory"] = folder.Path },
                environment: new Dictionary<string, string?> { [variable] = secrets, ["ATLANTIC_Engine__Loops"] = "3" });

            Assert.AreEqual("secret", settings.Engine.NodeName);
            Assert.AreEqual(3, settings.Engine.Loops);
        }
    }

    [TestMethod]
    public void Load_FromAllThreeSpellings_FlagWinsOverEnvironmentOverFileOverDefault()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Settings.FileName],
            """{ "Engine": { "MaxConnections": 1, "Loops": 1, "NodeName": "file" }, "Logging": { "KeepFiles": 3 } }""");
        var environment = new Dictionary<string, string?> { ["ATLANTIC_Engine__MaxConnections"] = "2",
            ["ATLANTIC_Engine__Loops"] = "2", ["OTHER"] = "x" };
        var flags = new Dictionary<string, string?> { ["Data:Directory"] = folder.Path, ["Engine:MaxConnections"] = "3" };
        var defaults = new Dictionary<string, string?> { ["Logging:KeepFiles"] = "4", ["Logging:ConsoleLevel"] = "Error" };

        var settings = Settings.Load(flags, environment: environment, defaults: defaults);

        Assert.AreEqual((3, 2, "file"), (settings.Engine.MaxConnections, settings.Engine.Loops, settings.Engine.NodeName));
        Assert.AreEqual((3, "Error"), (settings.Logging.KeepFiles, settings.Logging.ConsoleLevel));
    }

    [TestMethod]
    [DataRow("Engine:MaxConnections", "1,000", "'1,000' has a comma: write 1000 or 1."),
        DataRow("Engine:Loops", "0x2", "'0x2' is not a number")]
    [DataRow("Engine:Loops", "1.5", "'1.5' is not a whole number."),
        DataRow("Engine:Loops", "99999999999", "is more than 2147483647")]
    [DataRow("Engine:ConnectionLogSample", "0,5", "'0,5' has a comma: write 0.5."),
        DataRow("Usage:TargetDomains", "yes", "'yes' is not true or false.")]
    [DataRow("Journal:SegmentBytes", "64 sheep", "is not a unit of size"),
        DataRow("Journal:MaxBytes", "18446744073709551616", "is too large")]
    [DataRow("Reconciliation:Currency", "XQX", "is not a currency of ISO 4217")]
    public void Load_OfAValueThatDoesNotFit_SaysWhatWouldInOurWords(string name, string value, string words)
    {
        var refused = Assert.ThrowsExactly<StartupException>(() =>
            Settings.Load(new Dictionary<string, string?> { [name] = value }, environment: Nothing));

        StringAssert.StartsWith(refused.Message, $"Setting {name}: ");
        StringAssert.Contains(refused.Message, words);
        Assert.DoesNotContain("System.", refused.Message);
        Assert.DoesNotContain("Parameter", refused.Message);
    }

    [TestMethod]
    public void Load_InAnyCulture_ReadsNumbersAndSizesAlike()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            var settings = Settings.Load(
                new Dictionary<string, string?> { ["Journal:SegmentBytes"] = "32 MiB", ["Engine:ConnectionLogSample"] = "0.5",
                    ["Reconciliation:MaxDriftPercent"] = "1.5" }, environment: Nothing);

            Assert.AreEqual((32 << 20, 0.5, 1.5),
                (settings.Journal.SegmentBytes, settings.Engine.ConnectionLogSample, settings.Reconciliation.MaxDriftPercent));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Load_OfNothing_ListensOnTheDocumentedPorts()
    {
        var settings = Settings.Load(Nothing, environment: Nothing);

        CollectionAssert.AreEqual(new[] { "0.0.0.0:8080", "0.0.0.0:1080" }, settings.Engine.Mixed.ToArray());
        CollectionAssert.AreEqual(new[] { "0.0.0.0:8388" }, settings.Engine.Shadowsocks.ToArray());
        Assert.IsEmpty(settings.Engine.Tls, "there is no certificate");
        Assert.AreEqual("127.0.0.1:8000", settings.PortalListener.Listen);
        Assert.IsTrue(settings.Database.IsEmbedded);
    }

    [TestMethod]
    public void Load_WithMixedPortNamed_ListensNowhereElse()
    {
        var settings = Settings.Load(new Dictionary<string, string?> { ["Engine:Mixed:0"] = "127.0.0.1:3128" },
            environment: Nothing);

        CollectionAssert.AreEqual(new[] { "127.0.0.1:3128" }, settings.Engine.Mixed.ToArray());
        Assert.IsEmpty(settings.Engine.Shadowsocks);
    }

    [TestMethod]
    public void Load_WithCertificateOfThePortal_ServesHttpsOnTheUsualPortsAndSharesIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["portal.pem"], "");
        File.WriteAllText(folder["proxy.pem"], "");

        var files = Load(("Portal:CertificateFile", folder["portal.pem"]), ("Portal:CertificateKeyFile", folder["portal.pem"]));
        var own = Load(("Portal:CertificateFile", folder["portal.pem"]), ("Engine:TlsCertificateFile", folder["proxy.pem"]));
        var acme = Load(("Portal:HostName", "portal.example"), ("Acme:AgreeToTerms", "true"), ("Acme:Email", "a@example.com"),
            ("Data:Directory", folder.Path));

        foreach (var settings in new[] { files, own, acme })
        {
            Assert.AreEqual(("127.0.0.1:8000", "0.0.0.0:443", "0.0.0.0:80"),
                (settings.PortalListener.Listen, settings.PortalListener.HttpsListen, settings.PortalListener.HttpListen));
            CollectionAssert.AreEqual(new[] { "0.0.0.0:8443" }, settings.Engine.Tls.ToArray());
        }
        Assert.AreEqual((folder["portal.pem"], folder["portal.pem"]), (files.Engine.TlsCertificateFile, files.Engine.TlsKeyFile));
        Assert.AreEqual((folder["proxy.pem"], ""), (own.Engine.TlsCertificateFile, own.Engine.TlsKeyFile));
        Assert.AreEqual((folder["acme/certificate.pem"], true),
            (acme.Engine.TlsCertificateFile, acme.Engine.TlsCertificateIsAwaited));
        Assert.AreEqual((CertificateSource.Files, CertificateSource.Files, CertificateSource.Acme),
            (files.CertificateSource, own.CertificateSource, acme.CertificateSource));
    }

    [TestMethod]
    public void Load_WithHttpsPortNamed_ListensNowhereElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["portal.pem"], "");

        var settings = Load(("Portal:CertificateFile", folder["portal.pem"]), ("Portal:HttpsListen", "127.0.0.1:8443"));

        Assert.AreEqual(("127.0.0.1:8443", ""), (settings.PortalListener.HttpsListen, settings.PortalListener.HttpListen));
    }

    [TestMethod]
    [DataRow("Acme:AgreeToTerms=true;Acme:Email=a@example.com", "Setting Acme:AgreeToTerms: set Portal:HostName")]
    [DataRow("Acme:AgreeToTerms=true;Portal:HostName=p.example", "Setting Acme:Email: set")]
    [DataRow("Acme:Email=a@example.com;Portal:HostName=p.example", "Setting Acme:AgreeToTerms: read")]
    [DataRow("Acme:AgreeToTerms=true;Portal:HostName=p.example;Acme:Email=nobody", "'nobody' is not an email address")]
    [DataRow("Acme:AgreeToTerms=true;Portal:HostName=p.example;Acme:Email=A <a@example.com>", "is not an email address")]
    [DataRow("Acme:AgreeToTerms=true;Portal:HostName=p.example;Acme:Email=a@example.com;Portal:CertificateFile=/etc/hostname",
        "set one or the other")]
    [DataRow("Acme:Directory=http://acme.test/", "is not an https address")]
    [DataRow("Acme:CaFile=/nowhere.pem", "there is no file '/nowhere.pem'")]
    [DataRow("Acme:RenewWhenLeft=1", "is not a share between 0 and 1")]
    [DataRow("Acme:OrdersPerHour=0", "0 must be at least 1")]
    [DataRow("Acme:RenewWhenLeft=NaN", "is not a number")]
    [DataRow("Portal:CertificateFile=/nowhere.pem", "Setting Portal:CertificateFile: there is no file")]
    [DataRow("Portal:CertificateKeyFile=/etc/hostname", "the key needs its certificate")]
    [DataRow("Portal:HttpsListen=127.0.0.1:443", "HTTPS needs a certificate")]
    [DataRow("Portal:HttpListen=127.0.0.1:80", "HTTPS needs a certificate")]
    [DataRow("Portal:HttpListen=80", "'80' is not address:port")]
    [DataRow("Engine:TlsCertificateIsAwaited=true", "there is no such setting")]
    [DataRow("Compat:Webshare:BytesPerGb=1000", "1000 is neither 1000000000 nor 1073741824")]
    [DataRow("Compat:Webshare:BytesPerGB2=1", "there is no such setting")]
    [DataRow("Compat:BytesPerGb=1", "there is no such setting")]
    public void Load_WithHttpsHalfSet_SaysWhatIsMissing(string settings, string problem)
    {
        var refused = Assert.ThrowsExactly<StartupException>(() =>
            Load([.. settings.Split(';').Select(setting => setting.Split('=')).Select(pair => (pair[0], pair[1]))]));

        StringAssert.Contains(refused.Message, problem);
    }

    [TestMethod]
    public void Load_OfBrokenFile_NamesFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Settings.FileName], "{ \"Engine\": ");

        var refused = Assert.ThrowsExactly<StartupException>(() =>
            Settings.Load(new Dictionary<string, string?> { ["Data:Directory"] = folder.Path }, environment: Nothing));

        StringAssert.Contains(refused.Message, folder[Settings.FileName]);
    }

    [TestMethod]
    public void Flags_BetweenOthers_AreTakenAndTheRestKept()
    {
        var settings =
            SettingFlags.Extract(
                ["serve", "--Engine:Loops", "2", "--data", "D", "--Portal:Listen=1.2.3.4:5", "--Engine:NodeName"],
            out var rest);

        Assert.AreEqual("2", settings["engine:loops"]);
        Assert.AreEqual("1.2.3.4:5", settings["Portal:Listen"]);
        CollectionAssert.AreEqual(new[] { "serve", "--data", "D", "--Engine:NodeName" }, rest.ToArray());
    }

    private static Settings Load(params (string Name, string Value)[] settings) =>
        Settings.Load(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value), environment: Nothing);
}
