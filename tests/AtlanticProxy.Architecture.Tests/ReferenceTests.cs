using System.Reflection;
using System.Xml.Linq;

namespace AtlanticProxy.Architecture.Tests;

[TestClass]
public sealed class ReferenceTests
{
    private static readonly Assembly[] Ours = [.. ReferenceRules.Allowed.Keys.Select(Assembly.Load)];

    [TestMethod]
    public void Assemblies_OfTheProduct_ReferenceOnlyWhatTheyMay() =>
        Assert.AreEqual("", string.Join('\n', ReferenceRules.Violations(ReferenceRules.GraphOf(Ours))));

    [TestMethod]
    public void Projects_OfTheProduct_DeclareOnlyReferencesTheyMay()
    {
        // The compiler drops a reference that is declared and not yet used, so the project files are looked at as well.
        var graph = new Dictionary<string, IReadOnlyList<string>>();
        foreach (string name in ReferenceRules.Allowed.Keys)
        {
            var project = XDocument.Load(ProjectFile(name == "atlanticproxy" ? "AtlanticProxy.Host" : name));
            graph[name] =
                [.. project.Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];
        }

        Assert.AreEqual("", string.Join('\n', ReferenceRules.Violations(graph)));
    }

    [TestMethod]
    [DataRow("AtlanticProxy.Engine", "AtlanticProxy.ControlPlane")]
    [DataRow("AtlanticProxy.Engine", "Npgsql")]
    [DataRow("AtlanticProxy.Engine", "Microsoft.AspNetCore.Mvc.Core")]
    [DataRow("AtlanticProxy.ControlPlane", "AtlanticProxy.Web")]
    [DataRow("AtlanticProxy.Web", "atlanticproxy")]
    [DataRow("AtlanticProxy.Simulator", "AtlanticProxy.Engine")]
    public void Rules_OnForbiddenReference_NameIt(string from, string to)
    {
        var graph = ReferenceRules.Allowed.ToDictionary(rule =>
            rule.Key, rule => (IReadOnlyList<string>)[.. rule.Value, .. rule.Key == from ? [to] : Array.Empty<string>()]);

        var violations = ReferenceRules.Violations(graph).ToList();

        Assert.HasCount(1, violations);
        StringAssert.StartsWith(violations[0], $"{from} must not reference {to}");
    }

    [TestMethod]
    public void Rules_OnUnknownAssembly_NameIt() =>
        Assert.AreEqual("AtlanticProxy.Extra is not in the rules.",
            ReferenceRules.Violations(new Dictionary<string, IReadOnlyList<string>> { ["AtlanticProxy.Extra"] = [] }).Single());

    [TestMethod]
    public void Engine_Types_AreNotNamedLikeThingsOfTheDatabase()
    {
        string[] foreign = ["DbContext", "Repository", "Migration", "Postgres", "Npgsql", "Sql", "Entity", "Controller"];

        var named = Assembly.Load("AtlanticProxy.Engine").GetTypes()
            .Where(type => foreign.Any(word => type.Name.Contains(word, StringComparison.Ordinal))).Select(type => type.FullName)
                .ToList();

        Assert.IsEmpty(named, string.Join(", ", named));
    }

    [TestMethod]
    public void Product_NoProject_UsesEntityFramework()
    {
        var locks = Repository.Root.EnumerateFiles("packages.lock.json", SearchOption.AllDirectories).ToList();

        Assert.IsGreaterThan(8, locks.Count);
        foreach (var file in locks)
            Assert.IsFalse(File.ReadAllText(file.FullName).Contains("EntityFrameworkCore", StringComparison.OrdinalIgnoreCase),
                file.FullName);
    }

    private static string ProjectFile(string name) =>
        Repository.Root.EnumerateFiles($"{name}.csproj", SearchOption.AllDirectories).Single().FullName;
}
