using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Secrets;

[TestClass]
public sealed class RotateSecretKeyTests
{
    private readonly SecretBox _before = NewBox(), _after = NewBox();

    [TestMethod]
    public async Task Rotate_SealsEverySecretAnew_SoThatOnlyTheNewKeyFits()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await new SecretKeyCheck(database.Source, _before).VerifyAsync(default);

        int count = await RotateSecretKey.RunAsync(database.Source, _before, _after, default);

        Assert.AreEqual(1, count);
        await new SecretKeyCheck(database.Source, _after).VerifyAsync(default);
        await Assert.ThrowsExactlyAsync<SecretKeyException>(() =>
            new SecretKeyCheck(database.Source, _before).VerifyAsync(default));
    }

    [TestMethod]
    public async Task Rotate_WithAnotherKeyThanTheSecretsAreSealedWith_ChangesNothing()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await new SecretKeyCheck(database.Source, _before).VerifyAsync(default);

        await Assert.ThrowsExactlyAsync<CryptographicException>(() =>
            RotateSecretKey.RunAsync(database.Source, NewBox(), _after, default));

        await new SecretKeyCheck(database.Source, _before).VerifyAsync(default);
    }

    private static SecretBox NewBox() => new(RandomNumberGenerator.GetBytes(SecretBox.KeySize));
}
