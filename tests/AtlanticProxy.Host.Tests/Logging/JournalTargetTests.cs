using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Host.Logging;
using NLog;
using NLog.Config;

namespace AtlanticProxy.Host.Tests.Logging;

[TestClass]
public sealed class JournalTargetTests
{
    [TestMethod]
    public void Event_ReachesTheJournalAsFields_WithItsSecretsMasked()
    {
        using var folder = new TemporaryFolder();
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        journal.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        using var factory = new LogFactory();
        var configuration = new LoggingConfiguration(factory);
        configuration.AddRuleForAllLevels(new JournalTarget("${message}", folder["socket"]));
        factory.Configuration = configuration;

        factory.GetLogger("Gateway").Error(
            new InvalidOperationException("first line\nPassword=hunter2"), "Dialling {End-Point} for {Milliseconds} ms",
            "http://acme:hunter2@gw.example:1", 1.5);

        byte[] datagram = new byte[64 * 1024];
        var fields = Read(datagram.AsSpan(0, journal.Receive(datagram)));
        Assert.AreEqual("3", fields["PRIORITY"]);
        Assert.AreEqual("atlanticproxy", fields["SYSLOG_IDENTIFIER"]);
        Assert.AreEqual("Gateway", fields["LOGGER"]);
        Assert.AreEqual("http://acme:***@gw.example:1", fields["ATLANTIC_END_POINT"]);
        Assert.AreEqual("1.5", fields["ATLANTIC_MILLISECONDS"]);
        StringAssert.Contains(fields["EXCEPTION"], "first line\n");
        Assert.IsFalse(fields.Values.Any(value => value.Contains("hunter2", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WithoutTheJournal_TheLineIsWrittenToStandardOutput()
    {
        using var factory = new LogFactory();
        var configuration = new LoggingConfiguration(factory);
        configuration.AddRuleForAllLevels(new JournalTarget("${message}", "/nowhere"));
        factory.Configuration = configuration;
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            factory.GetLogger("Gateway").Info("Still heard");
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.AreEqual("Still heard\n", output.ToString());
    }

    private static Dictionary<string, string> Read(ReadOnlySpan<byte> datagram)
    {
        var fields = new Dictionary<string, string>();
        while (datagram.Length > 0)
        {
            int name = datagram.IndexOf((byte)'\n');
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(datagram[(name + 1)..]);
            int value = name + 1 + sizeof(ulong);
            fields.Add(Encoding.ASCII.GetString(datagram[..name]), Encoding.UTF8.GetString(datagram.Slice(value, length)));
            datagram = datagram[(value + length + 1)..];
        }
        return fields;
    }
}
