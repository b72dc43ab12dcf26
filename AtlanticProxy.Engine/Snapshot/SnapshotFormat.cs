using System.Collections.Immutable;
using System.Net;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// A snapshot as bytes, so that a node can begin without the database: about 90 bytes a proxy user. They hold what guards
/// secrets, and providers' passwords in plain: whoever stores them seals them. What the engine remembers of users is not in them.
/// </summary>
public static class SnapshotFormat
{
    /// <summary>Raised with every change of the format; other versions are not read.</summary>
    public const byte Version = 3;

    /// <summary>What of a proxy user is written: most have nearly nothing of it.</summary>
    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Plan = 1 << 0,
        Quota = 1 << 1,
        Generation = 1 << 2,
        Sessions = 1 << 3,
        Limits = 1 << 4,
        Sources = 1 << 5,
        Keys = 1 << 6,
        Rules = 1 << 7,
    }

    public static void Write(EngineSnapshot snapshot, Stream to)
    {
        using var output = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        var key = snapshot.SessionKey.Span;
        output.Write7BitEncodedInt(key.Length);
        output.Write(key);
        snapshot.Rules.Write(output);
        output.WriteAll(snapshot.Providers, Write);
        output.WriteAll(snapshot.Pools.Values, Write);
        output.WriteAll(snapshot.Plans.Values, Write);
        output.Write7BitEncodedInt(snapshot.UserCount);
        foreach (var user in snapshot.Users)
            Write(output, user);
    }

    /// <exception cref="InvalidDataException">These bytes are not such a snapshot, or not all of it.</exception>
    public static EngineSnapshot Read(Stream from)
    {
        try
        {
            using var input = new BinaryReader(from, Encoding.UTF8, leaveOpen: true);
            return EngineSnapshot.Build(new SnapshotDelta
            {
                SessionKey = input.ReadBytes(input.Read7BitEncodedInt()),
                Rules = DestinationRules.Read(input),
                Providers = input.ReadAll(ReadProvider),
                Pools = input.ReadAll(ReadPool),
                Plans = input.ReadAll(ReadPlan),
                Users = input.ReadAll(ReadUser),
            });
        }
        catch (Exception wrong) when (wrong is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("The snapshot is not whole, or of another format.", wrong);
        }
    }

    private static void Write(BinaryWriter output, ProxyUser user)
    {
        var parts = (user.PlanId is null ? Parts.None : Parts.Plan) | (user.QuotaAccountId is null ? Parts.None : Parts.Quota)
            | (user.Generation == 0 ? Parts.None : Parts.Generation)
                | (user.SessionGenerations.Count == 0 ? Parts.None : Parts.Sessions)
            | (user.Limits == UseLimits.None ? Parts.None : Parts.Limits)
                | (user.AllowedSources.Count == 0 ? Parts.None : Parts.Sources)
            | (user.ShadowsocksKeys.Count == 0 ? Parts.None : Parts.Keys)
                | (user.Rules == DestinationRules.None ? Parts.None : Parts.Rules);
        output.Write((byte)parts);
        output.Write7BitEncodedInt64(user.Id);
        output.Write7BitEncodedInt64(user.CustomerId);
        output.Write(user.Name);
        output.Write((byte)user.State);
        Write(output, user.Secret);
        if (user.PlanId is { } plan)
            output.Write7BitEncodedInt64(plan);
        if (user.QuotaAccountId is { } account)
            output.Write7BitEncodedInt64(account);
        if (parts.HasFlag(Parts.Generation))
            output.Write7BitEncodedInt64(user.Generation);
        if (parts.HasFlag(Parts.Sessions))
            output.WriteAll(user.SessionGenerations, static (output, session) =>
            {
                output.Write(session.Key);
                output.Write7BitEncodedInt(session.Value);
            });
        if (parts.HasFlag(Parts.Limits))
            Write(output, user.Limits);
        if (parts.HasFlag(Parts.Sources))
            output.WriteAll(user.AllowedSources, Write);
        if (parts.HasFlag(Parts.Keys))
            output.WriteAll(user.ShadowsocksKeys, Write);
        if (parts.HasFlag(Parts.Rules))
            user.Rules.Write(output);
    }

    private static ProxyUser ReadUser(BinaryReader input)
    {
        var parts = (Parts)input.ReadByte();
        var user = new ProxyUser
        {
            Id = input.Read7BitEncodedInt64(), CustomerId = input.Read7BitEncodedInt64(), Name = input.ReadString(),
            State = (ProxyUserState)input.ReadByte(), Secret = ReadSecret(input),
            PlanId = parts.HasFlag(Parts.Plan) ? input.Read7BitEncodedInt64() : null,
            QuotaAccountId = parts.HasFlag(Parts.Quota) ? input.Read7BitEncodedInt64() : null,
            Generation = parts.HasFlag(Parts.Generation) ? input.Read7BitEncodedInt64() : 0,
        };
        if ((parts & (Parts.Sessions | Parts.Limits | Parts.Sources | Parts.Keys | Parts.Rules)) == Parts.None)
            return user;
        return user with
        {
            SessionGenerations = parts.HasFlag(Parts.Sessions)
                ? input.ReadAll(static input => KeyValuePair.Create(input.ReadString(), input.Read7BitEncodedInt()))
                    .ToDictionary()
                : user.SessionGenerations,
            Limits = parts.HasFlag(Parts.Limits) ? ReadLimits(input) : user.Limits,
            AllowedSources = parts.HasFlag(Parts.Sources) ? input.ReadAll(ReadNetwork) : user.AllowedSources,
            ShadowsocksKeys = parts.HasFlag(Parts.Keys) ? input.ReadAll(ReadKey) : user.ShadowsocksKeys,
            Rules = parts.HasFlag(Parts.Rules) ? DestinationRules.Read(input) : user.Rules,
        };
    }

    private static void Write(BinaryWriter output, SecretVerifier secret)
    {
        if (secret is ChosenSecretVerifier chosen)
        {
            output.Write7BitEncodedInt(chosen.Iterations);
            output.Write(chosen.Salt.Span);
            output.Write(chosen.Hash.Span);
            return;
        }
        output.Write7BitEncodedInt(0);
        output.Write(((GeneratedSecretVerifier)secret).Hash.Span);
    }

    private static SecretVerifier ReadSecret(BinaryReader input) => input.Read7BitEncodedInt() is var iterations and > 0
        ? new ChosenSecretVerifier(input.ReadBytes(ChosenSecretVerifier.SaltSize), iterations,
            input.ReadBytes(SecretVerifier.HashSize))
        : new GeneratedSecretVerifier(input.ReadBytes(SecretVerifier.HashSize));

    private static void Write(BinaryWriter output, ShadowsocksKey key)
    {
        output.Write7BitEncodedInt64(key.Id);
        output.Write((byte)key.Method);
        output.Write(key.MasterKey.Span);
        output.Write(key.Targeting);
    }

    private static ShadowsocksKey ReadKey(BinaryReader input)
    {
        long id = input.Read7BitEncodedInt64();
        var method = (ShadowsocksMethod)input.ReadByte();
        return new ShadowsocksKey(id, method, input.ReadBytes(method.KeySize()), input.ReadString());
    }

    private static void Write(BinaryWriter output, UseLimits limits)
    {
        output.WriteOptional(limits.MaxConnections);
        output.WriteOptional(limits.ConnectionsPerSecond);
        output.WriteOptional(limits.RequestsPerMinute);
        output.WriteOptional(limits.MaxClientAddresses);
        output.WriteOptional(limits.SpeedUp);
        output.WriteOptional(limits.SpeedDown);
    }

    private static UseLimits ReadLimits(BinaryReader input)
    {
        var limits = new UseLimits
        {
            MaxConnections = input.ReadOptionalInt(), ConnectionsPerSecond = input.ReadOptionalInt(),
            RequestsPerMinute = input.ReadOptionalInt(),
            MaxClientAddresses = input.ReadOptionalInt(), SpeedUp = input.ReadOptional(), SpeedDown = input.ReadOptional(),
        };
        return limits == UseLimits.None ? UseLimits.None : limits;
    }

    private static void Write(BinaryWriter output, Provider provider)
    {
        output.Write7BitEncodedInt64(provider.Id);
        output.Write(provider.Name);
        output.Write((byte)provider.Protocol);
        output.Write(provider.Host);
        output.Write7BitEncodedInt(provider.Port);
        output.Write(provider.UsernameTemplate);
        output.Write(provider.Password);
        output.Write(provider.PasswordTemplate);
        output.WriteAll(provider.Countries, static (output, country) => output.Write(country));
        output.WriteAll(provider.Exits, static (output, exit) =>
        {
            output.Write(exit.Host);
            output.Write7BitEncodedInt(exit.Port);
            output.Write(exit.Username);
            output.Write(exit.Password);
            output.Write(exit.Country);
            output.Write(exit.City);
        });
        output.WriteAll(provider.LocalNetworks, Write);
        output.Write7BitEncodedInt64(provider.CostPerGb);
        output.WriteOptional(provider.MaxConnections);
        output.Write(provider.CapReached);
        output.Write7BitEncodedInt(provider.Priority);
        output.Write7BitEncodedInt(provider.Weight);
    }

    private static Provider ReadProvider(BinaryReader input) => new()
    {
        Id = input.Read7BitEncodedInt64(),
        Name = input.ReadString(),
        Protocol = (UpstreamProtocol)input.ReadByte(),
        Host = input.ReadString(),
        Port = input.Read7BitEncodedInt(),
        UsernameTemplate = input.ReadString(),
        Password = input.ReadString(),
        PasswordTemplate = input.ReadString(),
        Countries = input.ReadAll(static input => input.ReadString()),
        Exits = input.ReadAll(static input => new ProviderExit(
            input.ReadString(), input.Read7BitEncodedInt(), input.ReadString(), input.ReadString(), input.ReadString(),
            input.ReadString())),
        LocalNetworks = input.ReadAll(ReadNetwork),
        CostPerGb = input.Read7BitEncodedInt64(),
        MaxConnections = input.ReadOptionalInt(),
        CapReached = input.ReadBoolean(),
        Priority = input.Read7BitEncodedInt(),
        Weight = input.Read7BitEncodedInt(),
    };

    private static void Write(BinaryWriter output, Pool pool)
    {
        output.Write7BitEncodedInt64(pool.Id);
        output.Write(pool.Name);
        output.Write((byte)pool.Policy);
        output.WriteAll(pool.Members, static (output, member) =>
        {
            output.Write7BitEncodedInt64(member.ProviderId);
            output.Write7BitEncodedInt(member.Tier);
            output.Write7BitEncodedInt(member.Weight);
        });
    }

    private static Pool ReadPool(BinaryReader input) => new(
        input.Read7BitEncodedInt64(), input.ReadString(), (PoolPolicy)input.ReadByte(),
        input.ReadAll(static input =>
            new PoolMember(input.Read7BitEncodedInt64(), input.Read7BitEncodedInt(), input.Read7BitEncodedInt())));

    private static void Write(BinaryWriter output, PlanRights plan)
    {
        output.Write7BitEncodedInt64(plan.Id);
        output.Write(plan.Name);
        output.WriteOptional(plan.PoolId);
        output.Write7BitEncodedInt((int)plan.Includes);
        output.Write7BitEncodedInt64(plan.Rank);
        Write(output, plan.Limits);
        output.WriteOptional(plan.FloorSpeed);
        output.Write((byte)plan.Dialects);
    }

    private static PlanRights ReadPlan(BinaryReader input) => new(
        input.Read7BitEncodedInt64(), input.ReadString(), input.ReadOptional(), (TargetingFields)input.Read7BitEncodedInt(),
        input.Read7BitEncodedInt64())
    {
        Limits = ReadLimits(input), FloorSpeed = input.ReadOptional(), Dialects = (ClientDialects)input.ReadByte(),
    };

    internal static void Write(BinaryWriter output, IPNetwork network)
    {
        byte[] address = network.BaseAddress.GetAddressBytes();
        output.Write((byte)address.Length);
        output.Write(address);
        output.Write((byte)network.PrefixLength);
    }

    internal static IPNetwork ReadNetwork(BinaryReader input) =>
        new(new IPAddress(input.ReadBytes(input.ReadByte())), input.ReadByte());

    private static void WriteAll<T>(this BinaryWriter output, IReadOnlyCollection<T> items, Action<BinaryWriter, T> write)
    {
        output.Write7BitEncodedInt(items.Count);
        foreach (var item in items)
            write(output, item);
    }

    private static void WriteAll<T>(this BinaryWriter output, IEnumerable<T> items, Action<BinaryWriter, T> write) =>
        output.WriteAll([.. items], write);

    private static ImmutableArray<T> ReadAll<T>(this BinaryReader input, Func<BinaryReader, T> read)
    {
        int count = input.Read7BitEncodedInt();
        var items = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count; i++)
            items.Add(read(input));
        return items.DrainToImmutable();
    }

    private static void WriteOptional(this BinaryWriter output, long? value)
    {
        output.Write(value is not null);
        if (value is { } some)
            output.Write7BitEncodedInt64(some);
    }

    private static long? ReadOptional(this BinaryReader input) => input.ReadBoolean() ? input.Read7BitEncodedInt64() : null;

    private static int? ReadOptionalInt(this BinaryReader input) => input.ReadOptional() is { } value
        ? checked((int)value)
        : null;
}
