using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Findings;

/// <summary>
/// What a detector remembers, as bytes and back: every <see cref="RecentState{TKey, TValue}"/> among its fields, as compressed JSON. What another
/// version of the detector wrote is not read: its shape, the names and types of what is kept, has to be the same.
/// </summary>
internal static class DetectorMemory
{
    private static readonly JsonSerializerOptions Options = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new AddressConverter(), new MacConverter(), new TimeConverter(), new PairsConverterFactory() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepWhatCanBeSet } },
    };

    /// <summary>What the detector remembers; null when it remembers nothing.</summary>
    public static byte[]? Write(object detector)
    {
        List<(string Name, IRemembered State)> fields = FieldsOf(detector);
        if (fields.All(field => !field.State.Entries.Any())) return null;
        using MemoryStream bytes = new();
        using (BrotliStream packed = new(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (Utf8JsonWriter json = new(packed))
        {
            json.WriteStartObject();
            json.WriteString("shape", Shape(fields));
            foreach ((string name, IRemembered state) in fields)
            {
                json.WriteStartArray(name);
                foreach ((object key, object value) in state.Entries)
                {
                    JsonSerializer.Serialize(json, key, state.KeyType, Options);
                    JsonSerializer.Serialize(json, value, state.ValueType, Options);
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Gives a detector back what it remembered. False when that was of another shape or cannot be read: it begins anew.</summary>
    public static bool Read(object detector, byte[] bytes)
    {
        List<(string Name, IRemembered State)> fields = FieldsOf(detector);
        try
        {
            using BrotliStream packed = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using JsonDocument document = JsonDocument.Parse(packed);
            if (document.RootElement.GetProperty("shape").GetString() != Shape(fields)) return false;
            List<List<(object, object)>> restored = [.. fields.Select(field => Entries(document.RootElement.GetProperty(field.Name), field.State))];
            for (int i = 0; i < fields.Count; i++) fields[i].State.Restore(restored[i]);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or NotSupportedException or IOException)
        {
            return false;
        }
    }

    private static List<(object Key, object Value)> Entries(JsonElement array, IRemembered state)
    {
        List<(object, object)> entries = [];
        JsonElement[] all = [.. array.EnumerateArray()];
        for (int i = 0; i + 1 < all.Length; i += 2) entries.Add((all[i].Deserialize(state.KeyType, Options)!, all[i + 1].Deserialize(state.ValueType, Options)!));
        return entries;
    }

    private static List<(string Name, IRemembered State)> FieldsOf(object detector) =>
        [.. detector.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Where(field => typeof(IRemembered).IsAssignableFrom(field.FieldType)).OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => (field.Name, (IRemembered)field.GetValue(detector)!))];

    private static string Shape(List<(string Name, IRemembered State)> fields) => string.Join(';', fields.Select(field => $"{field.Name}:{Shape(field.State.KeyType)}={Shape(field.State.ValueType)}"));

    private static string Shape(Type type) =>
        $"{type.Name}({string.Join(',', type.GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => $"{property.Name} {property.PropertyType}"))})";

    /// <summary>What is computed is not kept; a collection that is made with its owner is filled.</summary>
    private static void KeepWhatCanBeSet(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            JsonPropertyInfo property = type.Properties[i];
            if (property.Set is not null || IsOfConstructor(type.Type, property)) continue;
            if (property.Get is { } get && property.PropertyType.GetInterfaces().FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ICollection<>)) is { } collection)
            {
                MethodInfo add = collection.GetMethod("Add")!;
                property.Set = (owner, value) =>
                {
                    object target = get(owner)!;
                    foreach (object? item in (System.Collections.IEnumerable)value!) add.Invoke(target, [item]);
                };
            }
            else type.Properties.RemoveAt(i);
        }
    }

    private static bool IsOfConstructor(Type type, JsonPropertyInfo property) =>
        type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name!.Equals(property.Name, StringComparison.OrdinalIgnoreCase)));

    private sealed class AddressConverter : JsonConverter<Address>
    {
        public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()!.Split(':') is [var high, var low] ? new Address(Convert.ToUInt64(high, 16), Convert.ToUInt64(low, 16)) : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options) => writer.WriteStringValue($"{value.High:x}:{value.Low:x}");
    }

    private sealed class MacConverter : JsonConverter<MacAddress>
    {
        public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetUInt64());

        public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
    }

    private sealed class TimeConverter : JsonConverter<CaptureTime>
    {
        public override CaptureTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, CaptureTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Nanoseconds);
    }

    /// <summary>Dictionaries with keys of any type, as their keys and values in turn.</summary>
    private sealed class PairsConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IDictionary<,>));

        public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options)
        {
            Type[] types = typeToConvert.GetInterfaces().First(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IDictionary<,>)).GetGenericArguments();
            return (JsonConverter?)Activator.CreateInstance(typeof(PairsConverter<,,>).MakeGenericType(typeToConvert, types[0], types[1]));
        }
    }

    private sealed class PairsConverter<TDictionary, TKey, TValue> : JsonConverter<TDictionary>
        where TDictionary : class, IDictionary<TKey, TValue>, new()
        where TKey : notnull
    {
        public override TDictionary Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            TDictionary read = new();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                TKey key = JsonSerializer.Deserialize<TKey>(ref reader, options)!;
                reader.Read();
                read[key] = JsonSerializer.Deserialize<TValue>(ref reader, options)!;
            }
            return read;
        }

        public override void Write(Utf8JsonWriter writer, TDictionary value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach ((TKey key, TValue one) in value)
            {
                JsonSerializer.Serialize(writer, key, options);
                JsonSerializer.Serialize(writer, one, options);
            }
            writer.WriteEndArray();
        }
    }
}
