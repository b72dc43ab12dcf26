using System.Buffers.Binary;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Snapshot;

[TestClass]
public sealed class SipHashTests
{
    /// <summary>
    /// The authors' own vectors (vectors_sip128 of github.com/veorq/SipHash): key and message are bytes that count from 0.
    /// </summary>
    [TestMethod]
    [DataRow(0, "A3817F04BA25A8E66DF67214C7550293")]
    [DataRow(1, "DA87C1D86B99AF44347659119B22FC45")]
    [DataRow(7, "A1F1EBBED8DBC153C0B84AA61FF08239")]
    [DataRow(8, "3B62A9BA6258F5610F83E264F31497B4")]
    [DataRow(9, "264499060AD9BAABC47F8B02BB6D71ED")]
    [DataRow(15, "5493E99933B0A8117E08EC0F97CFC3D9")]
    [DataRow(16, "6EE2A4CA67B054BBFD3315BF85230577")]
    [DataRow(31, "2939B0183223FAFC1723DE4F52C43D35")]
    [DataRow(63, "5150D1772F50834A503E069A973FBD7C")]
    public void Of_ReferenceMessage_IsTheReferenceHash(int length, string hash)
    {
        byte[] output = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(output, new SipHash(Counting(SipHash.KeySize)).Of(Counting(length)));
        Assert.AreEqual(hash, Convert.ToHexString(output));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(15)]
    public void Of_SameMessageWithAnotherKey_IsAnotherHash(int changed)
    {
        byte[] key = Counting(SipHash.KeySize), message = Counting(20);
        var hash = new SipHash(key).Of(message);
        key[changed] ^= 1;
        Assert.AreNotEqual(hash, new SipHash(key).Of(message));
    }

    [TestMethod]
    public void WithRandomKey_Twice_HasTwoKeys() =>
        Assert.AreNotEqual(SipHash.WithRandomKey().Of("secret"u8), SipHash.WithRandomKey().Of("secret"u8));

    [TestMethod]
    [DataRow(0)]
    [DataRow(15)]
    [DataRow(17)]
    public void Key_OfAnotherSize_IsRefused(int size) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SipHash(new byte[size]));

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
