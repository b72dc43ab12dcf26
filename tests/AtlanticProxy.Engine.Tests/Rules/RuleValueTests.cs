using AtlanticProxy.Engine.Admission.Rules;

namespace AtlanticProxy.Engine.Tests.Rules;

/// <summary>What no rule can be of.</summary>
[TestClass]
public sealed class RuleValueTests
{
    [TestMethod]
    [DataRow(0, "a.example")]
    [DataRow(25, "nodots")]
    public void Rules_WithNonsense_AreRefused(int port, string name) =>
        Assert.ThrowsExactly<ArgumentException>(() => new DestinationRules([port], [name], [], []));
}
