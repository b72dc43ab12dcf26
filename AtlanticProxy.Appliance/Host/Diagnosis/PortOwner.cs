using System.Globalization;
using System.Net;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>A process that listens on a TCP port.</summary>
/// <param name="ProcessId">Null when another user's process keeps it from us.</param>
/// <param name="Name">As <c>ps</c> shows it.</param>
internal sealed record PortOwner(int? ProcessId, string? Name)
{
    /// <summary>TCP_LISTEN, in the fourth column of /proc/net/tcp (proc_net_tcp(5)).</summary>
    private const string Listening = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    private const int LocalColumn = 1, StateColumn = 3, InodeColumn = 9;

    public override string ToString() =>
        ProcessId is { } id
            ? string.Create(CultureInfo.InvariantCulture, $"process {id} ({Name})")
            : "another user's process (run as root to see which)";

    /// <summary>Who listens on this address and port, or on all addresses; null when nobody does.</summary>
    public static PortOwner? Find(IPEndPoint endpoint)
    {
        var inodes = Tables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns =>
                columns.Length > InodeColumn && columns[StateColumn] == Listening && Concerns(columns[LocalColumn], endpoint))
            .Select(columns => $"socket:[{columns[InodeColumn]}]")
            .ToHashSet();
        if (inodes.Count == 0)
            return null;
        int? owner = Processes().FirstOrDefault(process => OpenFiles(process!.Value).Any(inodes.Contains));
        return owner is { } id ? new PortOwner(id, NameOf(id)) : new PortOwner(null, null);
    }

    /// <summary>Whether the process has a file below this folder open.</summary>
    public bool HasOpenIn(string folder) =>
        ProcessId is { } id && OpenFiles(id).Any(file => file.StartsWith($"{folder}/", StringComparison.Ordinal));

    /// <param name="local">As <c>0100007F:1F90</c>: the address in words of the machine's byte order, the port in hex.</param>
    private static bool Concerns(string local, IPEndPoint endpoint)
    {
        int colon = local.IndexOf(':', StringComparison.Ordinal);
        byte[] bytes = Convert.FromHexString(local[..colon]);
        for (int word = 0; word < bytes.Length; word += sizeof(int))
            Array.Reverse(bytes, word, sizeof(int));
        var address = new IPAddress(bytes);
        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        bool wantsAny = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        return int.Parse(local[(colon + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == endpoint.Port
            && (isAny || wantsAny || address.Equals(endpoint.Address));
    }

    private static IEnumerable<int?> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : (int?)null)
        .Where(id => id is not null);

    private static string[] OpenFiles(int process)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget)
                .OfType<string>()];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return []; // Another user's, or ended meanwhile.
        }
    }

    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "ended meanwhile";
        }
    }
}
