using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Tests.Configuration;

/// <summary>What the page of settings shows of this machine.</summary>
[TestClass]
public sealed class MachineSettingsTests
{
    private static Dictionary<string, MachineSetting> Of(Settings settings) =>
        new MachineSettings(settings).All.ToDictionary(setting => setting.Name);

    [TestMethod]
    public void EverySetting_IsInTheReference_WithWhatItDoes()
    {
        var settings = Of(Settings.Load(new Dictionary<string, string?>(), environment: new Dictionary<string, string?>()));

        Assert.IsGreaterThan(100, settings.Count);
        Assert.AreEqual("", string.Join(", ", settings.Keys.Where(name => !SettingsReference.All.ContainsKey(name))),
            "docs/reference.md has no table row of these");
        Assert.AreEqual("", string.Join(", ", SettingsReference.All.Keys.Where(name => !settings.ContainsKey(name))),
            "docs/reference.md has these, and there are no such settings");
        Assert.AreEqual("", string.Join(", ", settings.Values.Where(setting => setting.What.Contains('`')
            || setting.Default.Contains('`')).Select(setting => setting.Name)), "Markdown is left in these");
    }

    [TestMethod]
    public void Setting_SaysWhatItIs_AndWhichLayerSaidSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Settings.FileName],
            """{ "Engine": { "MaxConnections": 1, "NodeName": "file", "Mixed": ["127.0.0.1:8080", "127.0.0.1:1080"] } }""");
        string secrets = Directory.CreateDirectory(folder["secrets"]).FullName;
        File.WriteAllText(Path.Combine(secrets, "Database__ConnectionString"), "Host=db;Username=atlantic;Password=hidden\n");

        var settings = Of(Settings.Load(
            new Dictionary<string, string?> { ["Data:Directory"] = folder.Path, ["Engine:MaxConnections"] = "3" },
            environment: new Dictionary<string, string?>
            {
                ["ATLANTIC_Jobs__Workers"] = "4", ["ATLANTIC_SECRETS_DIRECTORY"] = secrets,
            },
            defaults: new Dictionary<string, string?> { ["Logging:KeepFiles"] = "5" }));

        Assert.AreEqual(("3", SettingSource.Flag), Shown("Engine:MaxConnections"));
        Assert.AreEqual(("file", SettingSource.File), Shown("Engine:NodeName"));
        Assert.AreEqual(("127.0.0.1:8080, 127.0.0.1:1080", SettingSource.File), Shown("Engine:Mixed"));
        Assert.AreEqual(("4", SettingSource.Environment), Shown("Jobs:Workers"));
        Assert.AreEqual(("5", SettingSource.Package), Shown("Logging:KeepFiles"));
        Assert.AreEqual(("•", SettingSource.SecretFile), Shown("Database:ConnectionString"));
        Assert.AreEqual(("7", SettingSource.Default), Shown("ConnectionLog:RetentionDays"));
        Assert.AreEqual("", string.Join(", ", settings.Values.Where(setting => setting.Present.Contains("hidden"))));

        (string, SettingSource) Shown(string name) => (settings[name].Present, settings[name].Source);
    }

    [TestMethod]
    public void Setting_ThatThePortalHasSet_SaysSo()
    {
        using var folder = new TemporaryFolder();
        SiteLayer.Write(SiteLayer.FileIn(folder.Path), new("Harbour", null, null));

        var settings = Of(Settings.Load(new Dictionary<string, string?> { ["Data:Directory"] = folder.Path },
            environment: new Dictionary<string, string?>()));

        Assert.AreEqual(("Harbour", SettingSource.Portal),
            (settings["Portal:BrandName"].Present, settings["Portal:BrandName"].Source));
    }
}
