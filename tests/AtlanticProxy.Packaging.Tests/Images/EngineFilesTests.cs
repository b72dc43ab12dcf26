using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.Testing;
using YamlDotNet.Serialization;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>
/// Dockerfile and compose file, for those who have an engine, say the same as the image that is built without one.
/// </summary>
[TestClass]
public sealed partial class EngineFilesTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "packaging", "image");

    private static readonly JsonElement Config = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, "config.json")));

    private static readonly string Dockerfile =
        File.ReadAllText(Path.Combine(Folder, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);

    [TestMethod]
    [DataRow("USER", "User"), DataRow("WORKDIR", "WorkingDir"), DataRow("STOPSIGNAL", "StopSignal")]
    public void Dockerfile_SaysTheSame(string instruction, string setting) =>
        Assert.AreEqual(Config.GetProperty(setting).GetString(), Instruction(instruction));

    [TestMethod]
    [DataRow("ENTRYPOINT", "Entrypoint"), DataRow("CMD", "Cmd")]
    public void Dockerfile_RunsTheSame(string instruction, string setting) =>
        CollectionAssert.AreEqual(Texts(Config.GetProperty(setting)), Texts(JsonElement.Parse(Instruction(instruction))));

    [TestMethod]
    public void Dockerfile_HasTheSamePortsVolumeVariablesAndLabels()
    {
        CollectionAssert.AreEquivalent(Names(Config.GetProperty("ExposedPorts")), Instruction("EXPOSE").Split(' '));
        CollectionAssert.AreEqual(Names(Config.GetProperty("Volumes")), Instruction("VOLUME").Split(' '));
        CollectionAssert.AreEquivalent(Texts(Config.GetProperty("Env")), Instruction("ENV").Split(' '));
        CollectionAssert.AreEquivalent(
            Config.GetProperty("Labels").EnumerateObject().Select(label => $"{label.Name}=\"{label.Value}\"").ToList(),
            LabelPattern().Matches(Instruction("LABEL")).Select(match => match.Value).ToList());
    }

    [TestMethod]
    public void HealthCheck_IsTheSameInAllThree()
    {
        var check = Config.GetProperty("Healthcheck");
        string[] test = Texts(check.GetProperty("Test"));
        Assert.AreEqual(
            $"--interval={Seconds("Interval")} --timeout={Seconds("Timeout")} --start-period={Seconds("StartPeriod")} "
                + $"--retries={check.GetProperty("Retries").GetInt32().ToString(CultureInfo.InvariantCulture)} "
                + $"CMD [{string.Join(", ", test[1..].Select(word => $"\"{word}\""))}]",
            Instruction("HEALTHCHECK"));
        var composed = (Dictionary<object, object>)Service()["healthcheck"];
        CollectionAssert.AreEqual(test, (List<object>)composed["test"]);
        foreach (var (key, setting) in new[]
            { ("interval", "Interval"), ("timeout", "Timeout"), ("start_period", "StartPeriod") })
            Assert.AreEqual(Seconds(setting), composed[key]);

        // Nanoseconds, as engines keep them.
        string Seconds(string name) =>
            $"{(check.GetProperty(name).GetInt64() / 1_000_000_000).ToString(CultureInfo.InvariantCulture)}s";
    }

    [TestMethod]
    public void Compose_ConfinesTheContainerAndPublishesItsPorts()
    {
        var service = Service();
        Assert.AreEqual("true", service["read_only"]);
        CollectionAssert.AreEqual(new[] { "/tmp" }, (List<object>)service["tmpfs"]);
        CollectionAssert.AreEqual(new[] { "ALL" }, (List<object>)service["cap_drop"]);
        CollectionAssert.AreEqual(new[] { "no-new-privileges:true" }, (List<object>)service["security_opt"]);
        CollectionAssert.AreEqual(
            Names(Config.GetProperty("Volumes")).Select(volume => $"data:{volume}").ToList(), (List<object>)service["volumes"]);
        var published = ((List<object>)service["ports"]).Select(port => ((string)port).Split(':')[^1])
            .Select(port => port.Contains('/', StringComparison.Ordinal) ? port : $"{port}/tcp");
        CollectionAssert.AreEquivalent(Names(Config.GetProperty("ExposedPorts")), published.ToList());
        // Plain HTTP with passwords in it: not for the network.
        CollectionAssert.Contains((List<object>)service["ports"], "127.0.0.1:8000:8000");
    }

    private static string Instruction(string name) => SpacePattern().Replace(
        Dockerfile.Split('\n').Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal))[(name.Length + 1)..], " ");

    private static Dictionary<object, object> Service()
    {
        var compose = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(
            File.ReadAllText(Path.Combine(Folder, "compose.yaml")));
        return (Dictionary<object, object>)((Dictionary<object, object>)compose["services"])["atlanticproxy"];
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    private static string[] Names(JsonElement set) => [.. set.EnumerateObject().Select(member => member.Name)];

    [GeneratedRegex("[^ ]+=\"[^\"]*\"")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(" +")]
    private static partial Regex SpacePattern();
}
