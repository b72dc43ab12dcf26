using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NLog;
using NLog.Layouts;
using NLog.Targets;

namespace AtlanticProxy.Host.Logging;

/// <summary>
/// systemd's journal in its own form (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): each property of an event is a field, so that
/// <c>journalctl</c> can filter by it. One datagram an event.
/// </summary>
internal sealed class JournalTarget : TargetWithLayout
{
    public const string Socket = "/run/systemd/journal/socket";

    /// <summary>Before the name of a property of ours: no field of the journal's own begins so.</summary>
    private const string Prefix = "ATLANTIC_";

    /// <summary>Characters of one field: a datagram takes 200 KB, and the longest stack is far below.</summary>
    private const int LongestValue = 32 * 1024;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _journal;
    private readonly Layout _exception = "${exception:format=tostring}", _logger = "${logger}";

    /// <param name="layout">Of the message.</param>
    public JournalTarget(Layout layout, string socket = Socket)
    {
        Name = "journal";
        Layout = layout;
        _journal = new(socket);
    }

    /// <summary>
    /// Whether standard output goes to the journal: systemd then says in JOURNAL_STREAM which file that is (systemd.exec(5)).
    /// </summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 } && File.Exists(Socket);

    protected override void Write(LogEventInfo logEvent)
    {
        var fields = new List<byte>(capacity: 1024);
        Add(fields, "MESSAGE", RenderLogEvent(Layout, logEvent));
        Add(fields, "PRIORITY", Priority(logEvent.Level));
        Add(fields, "SYSLOG_IDENTIFIER", "atlanticproxy");
        Add(fields, "LOGGER", RenderLogEvent(_logger, logEvent));
        if (logEvent.Exception is not null)
            Add(fields, "EXCEPTION", RenderLogEvent(_exception, logEvent));
        if (logEvent.HasProperties)
            foreach (var (key, value) in logEvent.Properties)
                Add(fields, Prefix + FieldName(key.ToString()!), Convert.ToString(value, CultureInfo.InvariantCulture));
        try
        {
            _socket.SendTo([.. fields], _journal);
        }
        catch (SocketException)
        {
            // The journal is being restarted: systemd keeps what is written to standard output for it.
            Console.Out.WriteLine(RenderLogEvent(Layout, logEvent));
        }
    }

    protected override void CloseTarget()
    {
        base.CloseTarget();
        _socket.Dispose();
    }

    /// <summary>Capitals, digits and underscores, as the journal demands.</summary>
    internal static string FieldName(string property) =>
        string.Concat(property.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>syslog(3).</summary>
    private static string Priority(NLog.LogLevel level) => level.Ordinal switch
    {
        0 or 1 => "7",
        2 => "6",
        3 => "4",
        4 => "3",
        _ => "2",
    };

    /// <summary>Name, line feed, length in 64 bits little endian, value, line feed: the form that takes any value.</summary>
    private static void Add(List<byte> fields, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        string masked = Redaction.Apply(value.Length > LongestValue ? value[..LongestValue] : value);
        byte[] bytes = Encoding.UTF8.GetBytes(masked);
        fields.AddRange(Encoding.ASCII.GetBytes(name));
        fields.Add((byte)'\n');
        fields.AddRange(BitConverter.GetBytes((ulong)bytes.Length));
        fields.AddRange(bytes);
        fields.Add((byte)'\n');
    }
}
