using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Replaces a provider's settings; a null password or list keeps the present one.</summary>
public sealed class UpdateProvider(AtlanticDb db, SecretBox box)
{
    public sealed record Request(long ProviderId, ProviderSettings Settings);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var provider = await db.Providers.Where(row => row.Id == request.ProviderId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (provider is null)
            return ProviderQueries.NoSuchProvider;
        var validation = new Validation();
        var settings = request.Settings.Require(validation, isNew: provider.Preset != ProviderPreset.List);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        var present = await db.ProviderExits.Where(exit => exit.ProviderId == provider.Id).OrderBy(exit => exit.Position)
            .ToListAsync(cancellation);
        if (settings!.Preset == ProviderPreset.List && settings.Exits is null)
            settings = settings with { Endpoint = settings.Endpoint with { Protocol = provider.Protocol } };
        Write(request.Settings, settings, provider, box);
        bool changed = await db.UpdateIfChangedAsync(provider, cancellation);
        if (settings.Preset != ProviderPreset.List)
            changed |= await ReplaceExitsAsync(provider.Id, present, [], cancellation);
        else if (settings.Exits is { } list)
            changed |= await ReplaceExitsAsync(provider.Id, present, list.Exits, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    internal static void Write(ProviderSettings settings, CheckedSettings form, Provider provider, SecretBox box)
    {
        (provider.Preset, provider.Protocol, provider.Host, provider.Port) = (form.Preset, form.Endpoint.Protocol,
            form.Endpoint.Host, form.Endpoint.Port);
        (provider.Username, provider.UsernameTemplate, provider.PasswordTemplate) = (settings.Username, settings.UsernameTemplate,
            settings.PasswordTemplate);
        (provider.Priority, provider.Weight, provider.MaxConnections) = (settings.Priority, settings.Weight,
            settings.MaxConnections);
        (provider.CostPerGb, provider.DailyCapBytes, provider.MonthlyCapBytes) = (settings.CostPerGb, settings.DailyCapBytes,
            settings.MonthlyCapBytes);
        (provider.Countries, provider.LocalNetworks) = (form.Countries, form.LocalNetworks);

        // Sealing the same password again gives other bytes: leave them, so that applying the same settings twice changes
        // nothing.
        var place = SecretPlace.ProviderPassword(provider.Id);
        if (settings.Password is { } password && password != (provider.PasswordSealed is { } now ? box.Open(now, place) : ""))
            provider.PasswordSealed = password.Length > 0 ? box.Seal(password, place) : null;
    }

    internal static ProviderExit Exit(long provider, int position, ExitLine line, SecretBox box) => new()
    {
        ProviderId = provider, Position = position, Host = line.Host, Port = line.Port, Username = line.Username,
        PasswordSealed = line.Password.Length > 0
            ? box.Seal(line.Password, SecretPlace.ProviderExitPassword(provider, position))
            : null,
        Country = line.Country, City = line.City,
    };

    /// <summary>
    /// Writes the places whose line differs, and answers whether any did. Here and not in SQL: sealing the same password again
    /// gives other bytes.
    /// </summary>
    private async Task<bool> ReplaceExitsAsync(
        long provider, List<ProviderExit> present, IReadOnlyList<ExitLine> lines, CancellationToken cancellation)
    {
        int[] differing = [.. Enumerable.Range(0, Math.Max(present.Count, lines.Count))
            .Where(i => i >= lines.Count || i >= present.Count || Line(present[i]) != lines[i])];
        if (differing.Length == 0)
            return false;
        await db.ProviderExits.Where(exit => exit.ProviderId == provider && differing.Contains(exit.Position))
            .DeleteAsync(cancellation);
        await db.BulkCopyAsync(differing.Where(i => i < lines.Count).Select(i => Exit(provider, i, lines[i], box)), cancellation);
        return true;
    }

    private ExitLine Line(ProviderExit exit) => new(
        exit.Host, exit.Port, exit.Username,
        exit.PasswordSealed is { } secret
            ? box.Open(secret, SecretPlace.ProviderExitPassword(exit.ProviderId, exit.Position))
            : "",
        exit.Country, exit.City);
}
