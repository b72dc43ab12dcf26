using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Snapshot;

[TestClass]
public sealed class UserActivityTests
{
    private static readonly SecretVerifier Verifier = GeneratedSecretVerifier.Of("secret");

    private readonly UserActivity _activity = new();

    [TestMethod]
    public void IsVerified_NothingRemembered_IsFalse() => Assert.IsFalse(_activity.IsVerified(Verifier, "secret"u8));

    [TestMethod]
    public void IsVerified_RememberedSecret_IsTrue()
    {
        _activity.Remember(Verifier, "secret"u8);
        Assert.IsTrue(_activity.IsVerified(Verifier, "secret"u8));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("secre")]
    [DataRow("secret\0")]
    [DataRow("Secret")]
    public void IsVerified_AnotherSecret_IsFalse(string other)
    {
        _activity.Remember(Verifier, "secret"u8);
        Assert.IsFalse(_activity.IsVerified(Verifier, System.Text.Encoding.UTF8.GetBytes(other)));
    }

    [TestMethod]
    public void IsVerified_SameSecretByAnotherVerifier_IsFalse()
    {
        _activity.Remember(Verifier, "secret"u8);
        Assert.IsFalse(_activity.IsVerified(GeneratedSecretVerifier.Of("changed"), "secret"u8));
    }

    [TestMethod]
    public void Remember_AnotherSecret_TakesTheFirstOnesPlace()
    {
        var changed = GeneratedSecretVerifier.Of("changed");
        _activity.Remember(Verifier, "secret"u8);
        _activity.Remember(changed, "changed"u8);
        Assert.IsTrue(_activity.IsVerified(changed, "changed"u8));
        Assert.IsFalse(_activity.IsVerified(changed, "secret"u8));
        Assert.IsFalse(_activity.IsVerified(Verifier, "secret"u8));
    }
}
