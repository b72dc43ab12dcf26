using System.Net.Security;
using AtlanticProxy.Engine.Admission.Rules;

namespace AtlanticProxy.Engine.Tests.Rules;

[TestClass]
public sealed class ClientHelloTests
{
    [TestMethod]
    public async Task Read_RealHello_GivesNameAndNothingBefore()
    {
        byte[] hello = await HelloAsync("Shop.Example.com");
        Assert.AreEqual("shop.example.com", Name(hello, out var status));
        Assert.AreEqual(HelloStatus.Named, status);
        Assert.AreEqual("shop.example.com", Name([.. hello, 1, 2, 3], out _)); // what follows does not matter
        for (int length = 0; length < hello.Length; length++)
        {
            Name(hello[..length], out status);
            Assert.AreEqual(HelloStatus.Incomplete, status, $"{length} bytes");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100)]
    public async Task Read_HelloInManyRecords_GivesName(int recordLength)
    {
        byte[] hello = await HelloAsync("shop.example.com");
        byte[] split = InRecords(hello, recordLength);
        Assert.AreEqual("shop.example.com", Name(split, out _));
        for (int length = 0; length < split.Length; length++)
        {
            Name(split[..length], out var status);
            Assert.AreEqual(HelloStatus.Incomplete, status, $"{length} bytes");
        }
    }

    [TestMethod]
    public async Task Read_HelloToAnAddress_IsNameless()
    {
        Name(await HelloAsync("192.0.2.1"), out var status);
        Assert.AreEqual(HelloStatus.Nameless, status);
    }

    [TestMethod]
    [DataRow("SSH-2.0-x")]
    [DataRow("GET / HTTP/1.1\r\n")]
    [DataRow("\u0016\u0002\u0001")]
    [DataRow("\u0016\u0003\u0001\u0000\u0005\u0002")]
    public void Read_NotAHello_IsNameless(string bytes)
    {
        Name([.. bytes.Select(c => (byte)c)], out var status);
        Assert.AreEqual(HelloStatus.Nameless, status);
    }

    [TestMethod]
    [DataRow("\u0016\u0003\u0001\u0000\u0000", DisplayName = "an empty record first")]
    [DataRow("\u0015\u0003\u0001\u0000\u0002\u0001\u0000", DisplayName = "an alert first")]
    [DataRow("\u0016\u0003\u0001\u0000\u0002\u0001\u0000\u0014\u0003\u0001\u0000\u0001\u0001",
        DisplayName = "a change of ciphers within")]
    [DataRow("\u0016\u0003\u0001\u0000\u0002\u0001\u0000GET", DisplayName = "no record behind a half")]
    [DataRow("\u0016\u0003\u0001\u0040\u0000\u0001\u0000\u0040\u0000", DisplayName = "over 16 KB")]
    [DataRow("\u0016\u0003\u0001\u0000\u0009\u0001\u0000\u0000\u0005\u0003\u0003abc",
        DisplayName = "a message that is too short")]
    public void Read_TlsThatNoUsualClientBeginsSo_IsHidden(string bytes)
    {
        Name([.. bytes.Select(c => (byte)c)], out var status);
        Assert.AreEqual(HelloStatus.Hidden, status);
    }

    [TestMethod]
    public void Read_NamesOfOtherTypesInFront_GivesTheHosts()
    {
        byte[] host = [0, 0, 6, .. "a.test"u8];
        Assert.AreEqual("a.test", Name(Hello([7, 0, 3, 1, 2, 3, 9, 0, 0, .. host]), out _));
        Assert.AreEqual("", Name(Hello([7, 0, 3, 1, 2, 3]), out var status));
        Assert.AreEqual(HelloStatus.Nameless, status);
        foreach (byte[] malformed in (byte[][])[[7, 0, 9, 1, .. host], [7], [0, 0, 0], [0, 0, 7, .. "a.test"u8], [0, 0, 1, 0xe4]])
        {
            Name(Hello(malformed), out status);
            Assert.AreEqual(HelloStatus.Hidden, status, Convert.ToHexString(malformed));
        }
    }

    [TestMethod]
    public async Task Read_MutatedHellos_NeverFails()
    {
        var random = new Random(1);
        byte[] whole = await HelloAsync("shop.example.com");
        byte[] split = InRecords(whole, 50);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = [.. round % 2 == 0 ? whole : split];
            for (int change = random.Next(1, 5); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Name(bytes[..random.Next(bytes.Length + 1)], out _);
        }
    }

    /// <summary>What SslStream sends first.</summary>
    internal static async Task<byte[]> HelloAsync(string host)
    {
        using var sent = new MemoryStream();
        await using var tls = new SslStream(new WriteOnly(sent));
        await Assert.ThrowsAsync<IOException>(() => tls.AuthenticateAsClientAsync(host));
        return sent.ToArray();
    }

    /// <summary>A hello of nothing but what must be, and this ServerNameList.</summary>
    internal static byte[] Hello(byte[] names)
    {
        byte[] extension = [0, 0, .. Sized(Sized(names, 2), 2)];
        byte[] message = [1, .. Sized([3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. Sized(extension, 2)], 3)];
        return [22, 3, 1, .. Sized(message, 2)];

        static byte[] Sized(byte[] bytes, int lengthBytes) =>
            [.. Enumerable.Range(1, lengthBytes).Select(i => (byte)(bytes.Length >> 8 * (lengthBytes - i))), .. bytes];
    }

    internal static byte[] InRecords(byte[] hello, int length)
    {
        var records = new List<byte>();
        for (int start = 5; start < hello.Length; start += length)
        {
            byte[] part = hello[start..Math.Min(start + length, hello.Length)];
            records.AddRange([.. hello[..3], (byte)(part.Length >> 8), (byte)part.Length, .. part]);
        }
        return [.. records];
    }

    private static string Name(byte[] bytes, out HelloStatus status)
    {
        var name = new char[255];
        status = ClientHello.Read(bytes, name, out int length);
        return new string(name, 0, length);
    }

    /// <summary>Keeps what is written, and has nothing to read.</summary>
    private sealed class WriteOnly(MemoryStream into) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => into.Write(buffer, offset, count);
    }
}
