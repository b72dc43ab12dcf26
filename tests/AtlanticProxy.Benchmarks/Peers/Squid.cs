using System.Globalization;
using System.Security.Cryptography;
using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Peers;

/// <summary>Squid with Basic authentication, the stub as parent, no cache and no access log.</summary>
internal sealed class Squid(string folder) : Peer("squid", folder)
{
    protected override async Task<string[]> PrepareAsync(int stubPort)
    {
        Version = await DebianVersionAsync("squid");
        // Squid remembers what its helper verified, so the kind of hash hardly matters. The defaults of both "extras" have %>A in
        // them, and make it ask the DNS for the name of every client, though nothing here uses it.
        string passwords = Write("passwords", $"{Username}:{await ApacheHashAsync(Password)}\n");
        string configuration = Write("squid.conf", $"""
            http_port {Loopback}:{Port}
            pid_filename {Folder}/squid.pid
            cache_log {Folder}/cache.log
            coredump_dir {Folder}
            access_log none
            cache_store_log none
            cache deny all
            cache_mem 8 MB
            max_filedescriptors {Descriptors.ToString(CultureInfo.InvariantCulture)}
            shutdown_lifetime 0 seconds
            via off
            forwarded_for delete
            auth_param basic program /usr/lib/squid/basic_ncsa_auth {passwords}
            auth_param basic children 2
            auth_param basic credentialsttl 2 hours
            acl known proxy_auth REQUIRED
            http_access allow known
            http_access deny all
            cache_peer {Loopback} parent {stubPort} 0 no-query no-digest no-netdb-exchange default
            never_direct allow all
            url_rewrite_extras "%>a"
            store_id_extras "%>a"

            """);
        // Squid gives up root for this user, which must reach its folder.
        await PinnedProcess.RunAsync("chown", "-R", "proxy:proxy", Folder);
        return ["squid", "-N", "-f", configuration];
    }

    private static async Task<string> ApacheHashAsync(string password) =>
        (await PinnedProcess.RunAsync("openssl", "passwd", "-apr1", "-salt",
            Convert.ToHexString(RandomNumberGenerator.GetBytes(4)), password)).Trim();
}
