using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Snapshot;

[TestClass]
public sealed class SnapshotFormatTests
{
    private static readonly UseLimits s_limits = new()
    {
        MaxConnections = 1, ConnectionsPerSecond = 2, RequestsPerMinute = 3, MaxClientAddresses = 4, SpeedUp = 5_000_000_000,
        SpeedDown = 6,
    };

    private static readonly DestinationRules s_rules = new([25, 465], ["one.example.com"], ["example.org", "example.net"],
        ["ads"], [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("2001:db8::7/128")]);

    private static readonly ProxyUser s_user = new()
    {
        Id = 7, CustomerId = 8, Name = "alice", State = ProxyUserState.CustomerSuspended,
        Secret = new ChosenSecretVerifier(RandomNumberGenerator.GetBytes(16), 600_000, RandomNumberGenerator.GetBytes(32)),
        PlanId = 9, QuotaAccountId = 10, Generation = 11, SessionGenerations = new Dictionary<string, int> { ["a1"] = 2 },
        Limits = s_limits, Rules = s_rules,
        AllowedSources = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")],
        ShadowsocksKeys = [ShadowsocksKey.FromPassword(12, ShadowsocksMethod.ChaCha20Poly1305, "secret", "country-us")],
    };

    private static readonly Provider s_provider = new()
    {
        Id = 13, Name = "acme", Protocol = UpstreamProtocol.Https, Host = "{country}.example.com", Port = 8443,
        UsernameTemplate = "acme[-{session}]", Password = "hunter2",
        PasswordTemplate = "{password}-{country}", Countries = ["us", "de"],
        Exits = [new("exit.example.com", 3128, "user", "word", "us", "newyork")],
        LocalNetworks = [IPNetwork.Parse("198.51.100.0/28")], CostPerGb = 450, MaxConnections = 99, CapReached = true,
        Priority = 3, Weight = 4,
    };

    private static readonly Pool s_pool = new(14, "residential", PoolPolicy.Cheapest, [new(13, 1, 2)]);

    private static readonly PlanRights s_plan = new(9, "Basic", 14, TargetingFields.Country | TargetingFields.City,
        long.MaxValue) { Limits = s_limits, FloorSpeed = 15, Dialects = ClientDialects.Socks5 };

    /// <summary>
    /// What is added to one of these types later, and forgotten in the format, fails here: first as a default of the sample, then
    /// as lost.
    /// </summary>
    [TestMethod]
    public void ReadAfterWrite_EverythingSet_GivesTheSame()
    {
        foreach (object sample in new object[] { s_user, s_provider, s_pool, s_pool.Members[0], s_plan, s_limits,
            s_provider.Exits[0], s_user.ShadowsocksKeys[0] })
            foreach (var property in Settable(sample))
                Assert.AreNotEqual(Default(property.PropertyType), property.GetValue(sample),
                    $"{sample.GetType().Name}.{property.Name} of the sample is not set.");

        var written = EngineSnapshot.Build(new SnapshotDelta
        {
            Users = [s_user], Providers = [s_provider], Pools = [s_pool], Plans = [s_plan], Rules = s_rules,
            SessionKey = RandomNumberGenerator.GetBytes(32),
        });
        var read = Copy(written);

        Assert.AreEqual(Describe(s_user), Describe(read.FindUser("alice")));
        Assert.AreEqual(Describe(s_provider), Describe(read.Providers.Single()));
        Assert.AreEqual(Describe(s_pool), Describe(read.Pools[14]));
        Assert.AreEqual(Describe(s_plan), Describe(read.Plans[9]));
        Assert.AreEqual(Describe(s_rules), Describe(read.Rules));
        CollectionAssert.AreEqual(written.SessionKey.ToArray(), read.SessionKey.ToArray());
    }

    [TestMethod]
    public void ReadAfterWrite_NothingSet_SharesTheDefaults()
    {
        var user = Copy(EngineSnapshot.Build([EngineUnderTest.User(1, "bob")], [])).FindUser("bob")!;

        Assert.AreEqual(Describe(EngineUnderTest.User(1, "bob")), Describe(user));
        Assert.AreSame(UseLimits.None, user.Limits);
        Assert.AreSame(DestinationRules.None, user.Rules);
    }

    [TestMethod]
    public void Read_PartOfIt_IsRefused()
    {
        using var whole = new MemoryStream();
        SnapshotFormat.Write(EngineSnapshot.Build([s_user], [s_provider]), whole);
        for (int length = 0; length < whole.Length; length++)
        {
            using var part = new MemoryStream(whole.ToArray()[..length]);
            Assert.ThrowsExactly<InvalidDataException>(() => SnapshotFormat.Read(part), $"{length} bytes");
        }
    }

    [TestMethod]
    public void ReadAfterWrite_ManyUsers_FindsEachAndTakesFewBytesOfEach()
    {
        const int Users = 100_000;
        var snapshot = EngineSnapshot.Build(
            Enumerable.Range(1, Users)
                .Select(id => EngineUnderTest.User(id, string.Create(CultureInfo.InvariantCulture, $"user{id}"))), [s_provider]);
        using var bytes = new MemoryStream();
        SnapshotFormat.Write(snapshot, bytes);
        Assert.IsLessThan(100 * Users, bytes.Length);
        bytes.Position = 0;
        var read = SnapshotFormat.Read(bytes);
        Assert.AreEqual(Users, read.UserCount);
        Assert.AreEqual(Users,
            Enumerable.Range(1, Users)
                .Count(id => read.FindUser(id)?.Name == string.Create(CultureInfo.InvariantCulture, $"user{id}")));
    }

    private static EngineSnapshot Copy(EngineSnapshot snapshot)
    {
        using var bytes = new MemoryStream();
        SnapshotFormat.Write(snapshot, bytes);
        bytes.Position = 0;
        var read = SnapshotFormat.Read(bytes);
        Assert.AreEqual(bytes.Length, bytes.Position);
        return read;
    }

    private static IEnumerable<PropertyInfo> Settable(object sample) =>
        sample.GetType().GetProperties().Where(property => property.CanWrite);

    private static object? Default(Type type) => type.IsValueType
        ? Activator.CreateInstance(type)
        : type == typeof(string)
        ? ""
        : null;

    /// <summary>All that an object holds, private fields too, as text.</summary>
    private static string Describe(object? value) => value switch
    {
        null => "null",
        string or IPNetwork or IPAddress => $"{value}",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        byte[] bytes => Convert.ToHexString(bytes),
        _ when value.GetType().IsPrimitive || value.GetType().IsEnum => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        IDictionary pairs =>
        $"{{{string.Join(", ", pairs.Keys.Cast<object>().Select(key => $"{key}: {Describe(pairs[key])}").Order())}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Describe))}]",
        _ => Fields(value),
    };

    private static string Fields(object value)
    {
        var text = new StringBuilder(value.GetType().Name).Append('(');
        for (var type = value.GetType(); type != typeof(object) && type is not null; type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly).OrderBy(field => field.Name))
                text.Append(field.Name).Append(": ").Append(Describe(field.GetValue(value))).Append("; ");
        return text.Append(')').ToString();
    }
}
