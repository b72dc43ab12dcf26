using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AtlanticProxy.Web.Api;

/// <summary>A kind of thing that has ids.</summary>
internal interface IIdKind
{
    /// <summary>What its ids begin with, without the underscore.</summary>
    static abstract string Prefix { get; }
}

internal readonly struct OfCustomer : IIdKind
{
    public static string Prefix => "cus";
}

internal readonly struct OfProxyUser : IIdKind
{
    public static string Prefix => "pu";
}

internal readonly struct OfPlan : IIdKind
{
    public static string Prefix => "pln";
}

internal readonly struct OfProvider : IIdKind
{
    public static string Prefix => "prv";
}

internal readonly struct OfToken : IIdKind
{
    public static string Prefix => "tok";
}

internal readonly struct OfUser : IIdKind
{
    public static string Prefix => "usr";
}

internal readonly struct OfWebhook : IIdKind
{
    public static string Prefix => "whk";
}

internal readonly struct OfDelivery : IIdKind
{
    public static string Prefix => "dlv";
}

internal readonly struct OfAuditEntry : IIdKind
{
    public static string Prefix => "aud";
}

internal readonly struct OfPool : IIdKind
{
    public static string Prefix => "pol";
}

internal readonly struct OfRule : IIdKind
{
    public static string Prefix => "rul";
}

internal readonly struct OfSubscription : IIdKind
{
    public static string Prefix => "sub";
}

internal readonly struct OfOrder : IIdKind
{
    public static string Prefix => "ord";
}

internal readonly struct OfInvoice : IIdKind
{
    public static string Prefix => "inv";
}

internal readonly struct OfEntry : IIdKind
{
    public static string Prefix => "ent";
}

internal readonly struct OfCoupon : IIdKind
{
    public static string Prefix => "cpn";
}

internal readonly struct OfGrant : IIdKind
{
    public static string Prefix => "grt";
}

// An id as programs see it: cus_7, as webhooks write it. It says what it is the id of, and one of another kind is none.
// (A doc comment would be the description of each member that is an id.)
[JsonConverter(typeof(PublicIds))]
internal readonly record struct PublicId<TKind>(long Value) where TKind : struct, IIdKind
{
    /// <summary>For parameters of an operation. Written in one way alone: no sign, no zeros before it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out PublicId<TKind> id)
    {
        id = default;
        string prefix = $"{TKind.Prefix}_";
        if (text is null || !text.StartsWith(prefix, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value == 0)
            return false;
        id = new PublicId<TKind>(value);
        return id.ToString() == text;
    }

    public static PublicId<TKind>? Of(long? value) => value is { } known ? new PublicId<TKind>(known) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TKind.Prefix}_{Value}");
}

/// <summary>Ids in JSON: strings.</summary>
internal sealed class PublicIds : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(PublicId<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<TKind> : JsonConverter<PublicId<TKind>> where TKind : struct, IIdKind
    {
        public override PublicId<TKind> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && PublicId<TKind>.TryParse(reader.GetString(), null, out var id)
                ? id
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, PublicId<TKind> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
