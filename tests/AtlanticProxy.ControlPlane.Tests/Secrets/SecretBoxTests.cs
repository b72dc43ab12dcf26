using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Secrets;

[TestClass]
public sealed class SecretBoxTests
{
    private static readonly SecretPlace Place = new("proxy_users", "secret_sealed", "1");

    private static SecretBox Box() => new(RandomNumberGenerator.GetBytes(SecretBox.KeySize));

    [TestMethod]
    public void Open_WhatWasSealed_IsTheSecret()
    {
        var box = Box();
        Prop.ForAll<NonNull<string>>(secret =>
        {
            string utf8 =
                System.Text.Encoding.UTF8.GetString(
                    System.Text.Encoding.UTF8.GetBytes(secret.Get)); // lone surrogates are no text
                return box.Open(box.Seal(utf8, Place), Place) == utf8;
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Seal_SameSecretTwice_GivesOtherBytesWithoutTheSecret()
    {
        var box = Box();
        byte[] first = box.Seal("hunter2hunter2", Place), second = box.Seal("hunter2hunter2", Place);

        CollectionAssert.AreNotEqual(first, second);
        Assert.IsLessThan(0, first.AsSpan().IndexOf("hunter2"u8));
    }

    [TestMethod]
    public void Open_AnyBitChanged_IsRefused()
    {
        var box = Box();
        byte[] good = box.Seal("secret", Place);
        for (int i = 0; i < good.Length * 8; i++)
        {
            byte[] changed = [.. good];
            changed[i / 8] ^= (byte)(1 << (i % 8));
            Assert.ThrowsExactly<CryptographicException>(() => box.Open(changed, Place), $"bit {i}");
        }
    }

    [TestMethod]
    public void Open_Truncated_IsRefused()
    {
        var box = Box();
        byte[] good = box.Seal("secret", Place);
        for (int length = 0; length < good.Length; length++)
            Assert.ThrowsExactly<CryptographicException>(() => box.Open(good.AsSpan(0, length), Place), $"{length} bytes");
    }

    [TestMethod]
    public void Open_WithAnotherKey_IsRefusedAndSaysWhy()
    {
        byte[] box = Box().Seal("secret", Place);

        var refusal = Assert.ThrowsExactly<CryptographicException>(() => Box().Open(box, Place));

        StringAssert.Contains(refusal.Message, "key file");
    }

    [TestMethod]
    [DataRow("proxy_users", "secret_sealed", "2")]
    [DataRow("proxy_users", "other", "1")]
    [DataRow("providers", "secret_sealed", "1")]
    public void Open_AtAnotherPlace_IsRefused(string table, string column, string row)
    {
        var box = Box();
        byte[] good = box.Seal("secret", Place);

        Assert.ThrowsExactly<CryptographicException>(() => box.Open(good, new SecretPlace(table, column, row)));
    }

    [TestMethod]
    public void Generator_Secrets_AreLongSafeAndDifferent()
    {
        var secrets = Enumerable.Range(0, 1_000).Select(_ => SecretGenerator.Next()).ToList();

        Assert.HasCount(1_000, secrets.Distinct());
        Assert.IsTrue(secrets.All(secret => secret.Length * Math.Log2(62) >= 128 && secret.All(char.IsAsciiLetterOrDigit)));
    }
}
