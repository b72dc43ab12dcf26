using System.Text;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

[TestClass]
public sealed class CipherTests
{
    /// <summary>
    /// Salt 00 01 02 ..., then one chunk of <c>01 7f000001 0050 "hello"</c>, for the password "foobar"; made with Node's crypto
    /// module.
    /// </summary>
    private static readonly (ShadowsocksMethod Method, string Stream)[] Recorded =
    [
        (ShadowsocksMethod.Aes128Gcm,
            "000102030405060708090a0b0c0d0e0ff8424075e0216eed27e65e0fe3d04b43"
                + "0a553e7badda4db769f14668575e219270256eec4be69df78fedcacb30b9"),
        (ShadowsocksMethod.Aes256Gcm,
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                + "26f0c5edea3c39fa5f3dcd5f0d9760910b63266c70c82c40f91651a08dd8e0c0830a8f09594813b6fa88d0b6a159"),
        (ShadowsocksMethod.ChaCha20Poly1305,
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                + "5d9bfa40e3e8c4f766b44555586ae806ab8aaefdb15c71f9bffb2daaaae275d12cd531e36ca53a69ae4354a16aef"),
    ];

    [TestMethod]
    public void MasterKey_OfPassword_IsWhatOpensslMakes()
    {
        // openssl enc -aes-256-cbc -k foobar -nosalt -md md5 -P
        const string expected = "3858F62230AC3C915F300C664312C63F568378529614D22DDB49237D2F60BFDF";
        var key = ShadowsocksKey.FromPassword(1, ShadowsocksMethod.Aes256Gcm, "foobar");
        Assert.AreEqual(expected, Convert.ToHexString(key.MasterKey.Span));
        Assert.AreEqual(expected[..32],
            Convert.ToHexString(ShadowsocksKey.FromPassword(1, ShadowsocksMethod.Aes128Gcm, "foobar").MasterKey.Span));
    }

    [TestMethod]
    public void RecordedStream_WithItsKey_OpensAndWithAnotherDoesNot()
    {
        foreach (var (method, stream) in Recorded)
        {
            byte[] bytes = Convert.FromHexString(stream);
            int salt = method.KeySize();
            using var opener = new ChunkOpener(new Aead(ShadowsocksKey.FromPassword(1, method, "foobar"), bytes.AsSpan(0, salt)));
            byte[] plain = new byte[64];
            Assert.IsTrue(opener.Open(bytes.AsSpan(salt), plain, out int consumed, out int written));
            Assert.AreEqual(bytes.Length - salt, consumed);
            CollectionAssert.AreEqual((byte[])[1, 127, 0, 0, 1, 0, 80, .. "hello"u8], plain[..written]);

            using var wrong = new ChunkOpener(new Aead(ShadowsocksKey.FromPassword(1, method, "foobaz"), bytes.AsSpan(0, salt)));
            Assert.IsFalse(wrong.Open(bytes.AsSpan(salt), plain, out _, out _));
        }
    }

    [TestMethod]
    public void Trial_OfRecordedStream_AgreesWithOpening()
    {
        foreach (var (method, stream) in Recorded)
        {
            byte[] bytes = Convert.FromHexString(stream);
            int salt = method.KeySize();
            var entry = new UserEntry(EngineUnderTest.User(), new UserActivity());
            var right = KeyTrial.Try(entry, ShadowsocksKey.FromPassword(1, method, "foobar"), bytes, ChunkOpener.SealedLength);
            Assert.IsNotNull(right);
            right.Cipher.Dispose();
            Assert.IsNull(KeyTrial.Try(entry, ShadowsocksKey.FromPassword(1, method, "foobaz"), bytes, ChunkOpener.SealedLength));
            for (int bit = 0; bit < ChunkOpener.SealedLength * 8; bit++)
            {
                byte[] damaged = [.. bytes];
                damaged[salt + bit / 8] ^= (byte)(1 << bit % 8);
                Assert.IsNull(
                    KeyTrial.Try(entry, ShadowsocksKey.FromPassword(1, method, "foobar"), damaged, ChunkOpener.SealedLength),
                    $"bit {bit}");
            }
        }
    }

    [TestMethod]
    public void Chunks_SealedAndCutAnywhere_OpenToTheSameBytes()
    {
        var gen = from method in Gen.Elements(Enum.GetValues<ShadowsocksMethod>())
                  from size in Gen.OneOf(Gen.Choose(1, 300), Gen.Choose(ChunkOpener.MaxPayload - 2, ChunkOpener.MaxPayload + 2),
                      Gen.Choose(1, 50_000))
                  from seed in Gen.Choose(0, int.MaxValue)
                  select (method, size, seed);
        Prop.ForAll(gen.ToArbitrary(), example =>
        {
            var (method, size, seed) = example;
            var random = new Random(seed);
            byte[] plain = new byte[size];
            random.NextBytes(plain);
            var key = ShadowsocksKey.FromPassword(1, method, "pw");
            using var sealer = new ChunkSealer(key);
            byte[] stream = new byte[ChunkSealer.SealedSize(size)];
            int length = sealer.Seal(plain, stream);

            using var opener = new ChunkOpener(new Aead(key, stream.AsSpan(0, method.KeySize())));
            var opened = new MemoryStream();
            byte[] into = new byte[64 * 1024];
            int start = method.KeySize();
            for (int end = start; end < length;)
            {
                end = Math.Min(length, end + random.Next(1, 20_000));
                Assert.IsTrue(opener.Open(stream.AsSpan(start, end - start), into, out int consumed, out int written));
                opened.Write(into, 0, written);
                start += consumed;
            }
            return start == length && opened.ToArray().AsSpan().SequenceEqual(plain);
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Opener_AnyBytes_NeverThrowsAndNeverOpens()
    {
        var key = ShadowsocksKey.FromPassword(1, ShadowsocksMethod.Aes128Gcm, "pw");
        Prop.ForAll<byte[]>(bytes =>
        {
            using var opener = new ChunkOpener(new Aead(key, new byte[16]));
            bool genuine = opener.Open(bytes, new byte[64], out int consumed, out int written);
            return written == 0 && consumed == 0 && genuine == bytes.Length < ChunkOpener.SealedLength;
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Opener_LengthOfZeroOrTooLong_IsRefused()
    {
        var key = ShadowsocksKey.FromPassword(1, ShadowsocksMethod.Aes128Gcm, "pw");
        foreach (byte[] length in (byte[][])[[0, 0], [0x40, 0], [0xff, 0xff]])
        {
            byte[] box = new byte[ChunkOpener.SealedLength];
            using (var cipher = new Aead(key, new byte[16]))
                cipher.Seal(0, length, box);
            using var opener = new ChunkOpener(new Aead(key, new byte[16]));
            Assert.IsFalse(opener.Open(box, new byte[64], out _, out _), Convert.ToHexString(length));
        }
    }

    [TestMethod]
    public void ReplayFilter_KnowsAtLeastAGenerationAndForgetsAfterTwo()
    {
        const int capacity = 1000, falselySeen = 4;
        var filter = new ReplayFilter(capacity);
        byte[] Salt(int number) => Encoding.ASCII.GetBytes($"{number:d16}");
        // It takes one in a million for seen: what is new is counted, not asserted of each.
        int AddNew(int from, int to) => Enumerable.Range(from, to - from).Count(i => filter.TryAdd(Salt(i)));
        Assert.AreEqual(capacity * 2, AddNew(0, capacity * 2), falselySeen);
        for (int i = capacity; i < capacity * 2; i++)
            Assert.IsFalse(filter.TryAdd(Salt(i)), $"{i} was seen");
        AddNew(capacity * 2, capacity * 3 + 2 * falselySeen);
        Assert.AreEqual(10, AddNew(0, 10), falselySeen, "two generations ago");
    }
}
