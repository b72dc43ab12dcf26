using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Subscriptions;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Adds a proxy user with a generated secret, or the one that a person chose for it.</summary>
public sealed class CreateProxyUser(AtlanticDb db, SecretBox box, TimeProvider time)
{
    /// <param name="Name">Unique over the appliance: <c>[a-z0-9]{3,32}</c>.</param>
    /// <param name="Limits">Null for none.</param>
    /// <param name="Secret">Null for a generated one.</param>
    public sealed record Request(
        Scope Scope, long CustomerId, string Name, ProxyUserLimits? Limits = null, string? Secret = null)
    {
        /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(CreateProxyUser)} {{ {CustomerId}, {Name} }}";
    }

    public async Task<Result<ProxyUserCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        validation.Require(Engine.Requests.ProxyUserName.IsValid(request.Name), nameof(Request.Name), "proxy_user.name_invalid",
            "A name has 3 to 32 small letters and digits: separators belong to targeting.");
        var limits = request.Limits ?? new ProxyUserLimits();
        var sources = limits.Require(validation);
        if (request.Secret is { } chosen)
            ChosenSecret.Require(validation, chosen, nameof(Request.Secret));
        if (validation.Failed)
            return Result.Failure<ProxyUserCredentials>(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: its seats are counted and taken by one request at a time.
        var customer = await db.Customers.VisibleTo(request.Scope).Where(c => c.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;

        // Of the plan as it was bought; null is no limit.
        int? seats = await db.PlanVersions.Where(v => v.Id == customer.PlanVersionId).Select(v => v.Seats)
            .SingleOrDefaultAsync(cancellation);
        seats += await db.RunningOf(customer.Id).Select(s => s.ExtraSeats).SingleOrDefaultAsync(cancellation);
        if (seats is { } most && await db.ProxyUsers.CountAsync(u => u.CustomerId == request.CustomerId, cancellation) >= most)
            return new Error(ErrorKind.Conflict, "proxy_user.no_seat", $"The plan has {most} proxy users, and all are taken.");

        long id = await db.NextIdAsync("proxy_users", cancellation);
        if (await db.TakeAllowedSourcesAsync(sources, id, cancellation) is { } taken)
            return taken;
        string plain = request.Secret ?? SecretGenerator.Next();
        var secret = request.Secret is null
            ? ProxyUserSecret.Generated(plain, id, box)
            : ProxyUserSecret.Chosen(plain, id, box);
        bool added = await db.InsertUnlessTakenAsync(new ProxyUser
        {
            Id = id, CustomerId = request.CustomerId, Name = request.Name, SecretKind = secret.Kind, SecretHash = secret.Hash,
            SecretSalt = secret.Salt, SecretIterations = secret.Iterations, SecretSealed = secret.Sealed,
            MaxConnections = limits.MaxConnections, SpeedBytesPerSecond = limits.SpeedBytesPerSecond, AllowedSources = sources,
            LimitBytes = limits.LimitBytes,
            CreatedAt = time.GetUtcNow(),
        }, cancellation);
        if (!added)
            return new Error(ErrorKind.Conflict, "proxy_user.name_taken",
                "This name is taken: names are unique over the whole service.", nameof(Request.Name));
        await transaction.CommitAsync(cancellation);
        return new ProxyUserCredentials(id, request.Name, plain);
    }
}
