using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Adds a provider, enabled.</summary>
public sealed class AddProvider(AtlanticDb db, SecretBox box, TimeProvider time)
{
    /// <param name="Name"><c>[a-z0-9-]{1,40}</c>, unique.</param>
    public sealed record Request(string Name, ProviderSettings Settings);

    public async Task<Result<ProviderSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= Provider.MaxNameLength
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            nameof(Request.Name), "provider.name_invalid",
            $"A name has 1 to {Provider.MaxNameLength} small letters, digits and dashes.");
        var settings = request.Settings.Require(validation, isNew: true);
        if (validation.Failed)
            return Result.Failure<ProviderSummary>(validation.Errors);

        var provider = new Provider { Id = await db.NextIdAsync("providers", cancellation), Name = name,
            CreatedAt = time.GetUtcNow() };
        UpdateProvider.Write(request.Settings, settings!, provider, box);
        var exits = settings!.Exits?.Exits ?? [];
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.InsertUnlessTakenAsync(provider, cancellation))
            return new Error(ErrorKind.Conflict, "provider.name_taken", "There is a provider with this name already.",
                nameof(Request.Name));
        await db.BulkCopyAsync(exits.Select((line, position) => UpdateProvider.Exit(provider.Id, position, line, box)),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return ProviderQueries.Summary(provider, exits.Count);
    }
}
