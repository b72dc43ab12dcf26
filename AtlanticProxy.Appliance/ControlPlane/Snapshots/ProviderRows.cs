using System.Collections.Immutable;
using System.Net;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;
using Provider = AtlanticProxy.Engine.Snapshot.Provider;
using ProviderExit = AtlanticProxy.Engine.Snapshot.ProviderExit;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>
/// Reads the enabled providers as the engine wants them: templates with the account's name in them, secrets opened.
/// </summary>
internal static class ProviderRows
{
    private const string Providers = """
        select id, name, protocol, host, port, preset, username, username_template, password_template, password_sealed, priority,
            weight,
               countries, local_networks, cost_per_gb, max_connections, cap_reached_until is not null
        from providers where enabled and deleted_at is null order by id
        """;

    private const string Exits = """
        select e.provider_id, e.position, e.host, e.port, e.username, e.password_sealed, e.country, e.city
        from provider_exits e join providers p on p.id = e.provider_id
        where p.enabled and p.deleted_at is null
        order by e.provider_id, e.position
        """;

    public static async Task<ImmutableArray<Provider>> ReadAsync(
        NpgsqlConnection connection, SecretBox box, CancellationToken cancellation)
    {
        var exits = await ReadExitsAsync(connection, box, cancellation);
        var providers = ImmutableArray.CreateBuilder<Provider>();
        await using var command = new NpgsqlCommand(Providers, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            long id = row.GetInt64(0);
            string preset = row.GetString(5);
            providers.Add(new Provider
            {
                Id = id,
                Name = row.GetString(1),
                Protocol = Enum.Parse<UpstreamProtocol>(row.GetString(2), ignoreCase: true),
                Host = row.GetString(3),
                Port = row.GetInt32(4),
                UsernameTemplate = ProviderPreset.UsernameTemplateOf(preset, row.GetString(6), row.GetString(7)),
                PasswordTemplate = ProviderPreset.PasswordTemplateOf(preset, row.GetString(8)),
                Password = row.IsDBNull(9) ? "" : box.Open(row.GetFieldValue<byte[]>(9), SecretPlace.ProviderPassword(id)),
                Priority = row.GetInt32(10),
                Weight = row.GetInt32(11),
                Countries = [.. row.GetFieldValue<string[]>(12)],
                Exits = exits.TryGetValue(id, out var list) ? list.ToImmutable() : [],
                LocalNetworks = [.. row.GetFieldValue<IPNetwork[]>(13)],
                CostPerGb = row.GetInt64(14),
                MaxConnections = row.IsDBNull(15) ? null : row.GetInt32(15),
                CapReached = row.GetBoolean(16),
            });
        }
        return providers.DrainToImmutable();
    }

    private static async Task<Dictionary<long, ImmutableArray<ProviderExit>.Builder>> ReadExitsAsync(
        NpgsqlConnection connection, SecretBox box, CancellationToken cancellation)
    {
        var exits = new Dictionary<long, ImmutableArray<ProviderExit>.Builder>();
        await using var command = new NpgsqlCommand(Exits, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            long provider = row.GetInt64(0);
            if (!exits.TryGetValue(provider, out var list))
                exits.Add(provider, list = ImmutableArray.CreateBuilder<ProviderExit>());
            string password = row.IsDBNull(5)
                ? ""
                : box.Open(row.GetFieldValue<byte[]>(5), SecretPlace.ProviderExitPassword(provider, row.GetInt32(1)));
            list.Add(new ProviderExit(row.GetString(2), row.GetInt32(3), row.GetString(4), password, row.GetString(6),
                row.GetString(7)));
        }
        return exits;
    }
}
