using System.Text.Json;
using System.Text.Json.Serialization;

namespace AtlanticProxy.Web.Api;

/// <summary>For whoever does not know of what.</summary>
internal interface IOptional
{
    object? Boxed { get; }
}

/// <summary>A member of a change (RFC 7396): left out it stays, and null takes it away.</summary>
[JsonConverter(typeof(Optionals))]
internal readonly record struct Optional<T>(bool IsGiven, T? Value) : IOptional
{
    object? IOptional.Boxed => Value;

    public T? Or(T? present) => IsGiven ? Value : present;
}

internal sealed class Optionals : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(true, JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
