using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Secrets;

[TestClass]
public sealed class SecretKeyCheckTests
{
    [TestMethod]
    public async Task Verify_SameKey_PassesAndAnotherIsRefused()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        byte[] key = RandomNumberGenerator.GetBytes(SecretBox.KeySize);
        await new SecretKeyCheck(database.Source, new SecretBox(key)).VerifyAsync(default);
        await new SecretKeyCheck(database.Source, new SecretBox(key)).VerifyAsync(default);

        var another = new SecretKeyCheck(database.Source, new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeySize)));
        var refusal = await Assert.ThrowsExactlyAsync<SecretKeyException>(() => another.VerifyAsync(default));

        StringAssert.Contains(refusal.Message, "same backup");
    }
}
