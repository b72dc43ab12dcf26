using System.Net;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Diagnosis;

/// <param name="Subject">What was looked at.</param>
/// <param name="Text">What was found, and what to do when it is not well.</param>
internal sealed record Finding(string Subject, bool IsWell, string Text);

/// <summary>Looks at what the appliance stands on, changing nothing.</summary>
internal sealed class Examination(Settings settings)
{
    /// <summary>Below this a busy day's WAL and logs may not fit. Bytes.</summary>
    private const long LowDisk = 1L << 30;

    /// <summary>Wrong ones are never examined: loading them failed.</summary>
    public static Finding Settings { get; } = new("settings", true, "valid");

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancel)
    {
        string? running = settings.Database.IsEmbedded ? EmbeddedPostgres.FindRunning(settings.EmbeddedPostgres) : null;
        var findings = new List<Finding>
        {
            Settings,
            Disk(),
            Key(),
        };
        findings.AddRange(Certificates());
        findings.Add(await DatabaseAsync(running, cancel));
        findings.AddRange(Ports().Select(port => Port(port.What, port.Listener, port.Endpoints)));
        return findings;
    }

    private IEnumerable<(string What, string Listener, IEnumerable<IPEndPoint> Endpoints)> Ports()
    {
        var engine = settings.Engine;
        var portal = settings.PortalListener;
        yield return One("portal port", portal.Listen);
        if (portal.HttpsListen.Length > 0)
            yield return One("portal port of HTTPS", portal.HttpsListen);
        if (portal.HttpListen.Length > 0 && portal.HttpListen != portal.Listen)
            yield return One("portal port that leads to HTTPS", portal.HttpListen);
        foreach (string listener in engine.Mixed)
            yield return One("proxy port", listener);
        foreach (string listener in engine.Tls)
            yield return One("proxy port inside TLS", listener);
        foreach (string listener in engine.Shadowsocks)
            yield return One("Shadowsocks port", listener);
        foreach (var range in engine.StickyPorts)
            yield return ($"sticky ports of {range.ProxyUser}", range.Listen, range.Endpoints());

        static (string, string, IEnumerable<IPEndPoint>) One(string what, string listener) =>
            (what, listener, [IPEndPoint.Parse(listener)]);
    }

    private Finding Disk()
    {
        string folder = settings.Data.Directory;
        if (!Directory.Exists(folder))
            return new("data directory", true, $"{folder} will be made on the first start");
        long free = new DriveInfo(folder).AvailableFreeSpace;
        return new("data directory", free >= LowDisk, free >= LowDisk
            ? $"{folder}, {free >> 20} MB free"
            : $"only {free >> 20} MB are free on the disk of {folder}: free some space");
    }

    private Finding Key()
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;
        if (!File.Exists(settings.KeyFile))
            return new("key", true, $"{settings.KeyFile} will be made on the first start");
        return (File.GetUnixFileMode(settings.KeyFile) & others) == 0
            ? new("key", true, $"{settings.KeyFile} is private")
            : new("key", false, $"{settings.KeyFile} can be read by others: chmod 600 it");
    }

    /// <summary>The portal's own, and each reseller's host name.</summary>
    private IEnumerable<Finding> Certificates()
    {
        var certificate = new PortalCertificate(settings, new AcmeFolder(settings), TimeProvider.System,
            NullLogger<PortalCertificate>.Instance);
        certificate.Look();
        var report = certificate.Describe();
        bool lacksClient = report.Source == CertificateSource.Acme && !Lego.IsInstalled;
        yield return new("certificate", report.IsWell && !lacksClient, lacksClient
            ? $"{report.Verdict} {Lego.NotInstalled}"
            : report.Verdict);
        foreach (var name in certificate.Names)
            yield return new("certificate of a reseller", name.IsWell, name.Verdict);
    }

    private async Task<Finding> DatabaseAsync(string? running, CancellationToken cancel)
    {
        try
        {
            if (settings.Database is { IsEmbedded: true, RunServer: true } && running is null)
            {
                var cluster = new PostgresCluster(settings.EmbeddedPostgres);
                var binaries = await cluster.FindBinariesAsync(cancel);
                return new("database", true, $"not running; PostgreSQL {binaries.Major} is installed");
            }
            string connection = running ?? (settings.Database.IsEmbedded
                ? await EmbeddedPostgres.JoinAsync(settings.EmbeddedPostgres, cancel)
                : settings.Database.ConnectionString);
            await using var source = NpgsqlDataSource.Create(connection);
            string? wrong = await new Migrator(source, NullLogger<Migrator>.Instance).CheckAsync(cancel);
            return new("database", wrong is null, wrong ?? "answers, schema up to date");
        }
        catch (Exception fault) when (fault is NpgsqlException or StartupException or SocketException)
        {
            return new("database", false, fault.Message);
        }
    }

    /// <summary>A running appliance holds its ports itself, and is known by what it has open in its data directory.</summary>
    private Finding Port(string what, string listener, IEnumerable<IPEndPoint> endpoints)
    {
        bool isOurs = false;
        foreach (var endpoint in endpoints)
        {
            if (PortOwner.Find(endpoint) is { } owner)
            {
                if (!owner.HasOpenIn(settings.Data.Directory))
                    return new(what, false,
                        $"{endpoint} is used by {owner}, not by this appliance: stop that, or set another port");
                isOurs = true;
            }
            else if (WhyNotFree(endpoint) is { } refusal)
                return new(what, false, $"{endpoint} cannot be listened on ({refusal}): set another");
        }
        return new(what, true, isOurs ? $"{listener}, of the running appliance" : $"{listener} is free");
    }

    private static string? WhyNotFree(IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            return null;
        }
        catch (SocketException refused)
        {
            return refused.Message;
        }
    }
}
