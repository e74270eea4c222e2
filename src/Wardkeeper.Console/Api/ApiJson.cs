using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>How the API writes: camel case, enumerations in kebab case, times in ISO 8601 with nanoseconds, addresses as text. A member nobody knows is refused.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.Converters.Add(new CaptureTimeText());
        options.Converters.Add(new AddressText());
        options.Converters.Add(new MacText());
        options.Converters.Add(new PhraseText());
        options.Converters.Add(new ReasonText());
        return options;
    }

    /// <summary>A time as the API writes it.</summary>
    public static string Text(CaptureTime at)
    {
        long seconds = Math.DivRem(at.Nanoseconds, CaptureTime.PerSecond, out long rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + CaptureTime.PerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-ddTHH:mm:ss}.{rest:D9}Z");
    }

    private sealed class CaptureTimeText : JsonConverter<CaptureTime>
    {
        public override CaptureTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ApiQuery.ParseTime(reader.GetString()) ?? throw new JsonException("not a time in ISO 8601");

        public override void Write(Utf8JsonWriter writer, CaptureTime value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }

    private sealed class AddressText : JsonConverter<Address>
    {
        public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("an address is not read here");

        public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    /// <summary>A sentence of a finding: its key and values for programs, and what it says in both languages.</summary>
    private sealed class PhraseText : JsonConverter<PhraseKey>
    {
        public override PhraseKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("a sentence is not read here");

        public override void Write(Utf8JsonWriter writer, PhraseKey value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("key", value.Key);
            writer.WritePropertyName("arguments");
            JsonSerializer.Serialize(writer, value.Arguments, options);
            writer.WriteString("en", value.In(chinese: false));
            writer.WriteString("zh-CN", value.In(chinese: true));
            writer.WriteEndObject();
        }
    }

    /// <summary>A reason of an admission decision: its key and value for programs, and what it says in both languages.</summary>
    private sealed class ReasonText : JsonConverter<AdmissionReason>
    {
        public override AdmissionReason Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("a reason is not read here");

        public override void Write(Utf8JsonWriter writer, AdmissionReason value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("key", value.Key);
            writer.WriteString("value", value.Value);
            writer.WriteString("en", AdmissionTexts.Of(value, chinese: false));
            writer.WriteString("zh-CN", AdmissionTexts.Of(value, chinese: true));
            writer.WriteEndObject();
        }
    }

    private sealed class MacText : JsonConverter<MacAddress>
    {
        public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("an address is not read here");

        public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
