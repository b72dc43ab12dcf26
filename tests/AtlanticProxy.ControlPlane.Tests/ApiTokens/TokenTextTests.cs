using AtlanticProxy.ControlPlane.ApiTokens;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.ApiTokens;

[TestClass]
public sealed class TokenTextTests
{
    [TestMethod]
    public void Next_HasTheForm_AndIsNeverTheSame()
    {
        string[] tokens = [.. Enumerable.Range(0, 1000).Select(_ => TokenText.Next())];

        Assert.IsTrue(tokens.All(TokenText.IsWellFormed));
        Assert.AreEqual(1000, tokens.Select(TokenText.PrefixOf).Distinct().Count());
        Assert.IsTrue(tokens.All(token => token.Length == TokenText.Length && TokenText.PrefixOf(token).Length == 11));
    }

    [TestMethod]
    public void Token_WithOneCharacterChanged_IsATypo() => Prop.ForAll(
        Gen.Choose(0, TokenText.Length - 1).SelectMany(at => Gen.Choose(0, 61), (at, other) => (at, other)).ToArbitrary(),
        change =>
        {
            string token = TokenText.Next();
            char other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[change.other];
            string typo = token[..change.at] + other + token[(change.at + 1)..];
            return token == typo == TokenText.IsWellFormed(typo);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void AnyText_IsRefusedOrAccepted_WithoutAFault() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<NonNull<string>>().ToArbitrary(),
        text => !TokenText.IsWellFormed(text.Get) && !TokenText.IsWellFormed(TokenText.Mark + text.Get)
            && !TokenText.IsWellFormed(TokenText.Next() + text.Get + "x")).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Scopes_EachName_LeadsBackToIt()
    {
        foreach (var scope in Enum.GetValues<TokenScope>())
            Assert.AreEqual(scope, TokenScopes.Find(TokenScopes.NameOf(scope)));
        Assert.IsNull(TokenScopes.Find("everything"));
        Assert.AreEqual("UsageRead", string.Join(' ', TokenScopes.Parse(["usage:read", "of another version"])));
        Assert.IsFalse(TokenScopes.IsFor(TokenScope.CustomersWrite, TokenKind.Service));
        Assert.IsTrue(TokenScopes.IsFor(TokenScope.CustomersWrite, TokenKind.Staff));
    }
}
