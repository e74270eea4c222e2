using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads <c>dataset:isset,name,type string,load list.csv,format ndjson,value_key host,match subdomain</c>.</summary>
internal static class DatasetKeywords
{
    /// <summary>The keyword.</summary>
    public static void Dataset(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words.Length < 2 || words[0] is not ("set" or "unset" or "isset" or "isnotset")) throw new RefusedException(rule.Keyword, "it is written operation,name");
        if (!rule.IsSticky) throw new RefusedException(rule.Keyword, "it is said of a buffer");
        string? type = null, load = null, key = null;
        string format = "csv";
        bool matchesSubdomains = false;
        foreach (string word in words[2..])
        {
            string[] pair = word.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string argument = pair.Length == 2 ? pair[1] : "";
            switch (pair.Length == 0 ? "" : pair[0])
            {
                case "type": type = argument is "string" or "ip" or "ipv4" or "ipv6" or "md5" or "sha256" ? argument : throw new RefusedException(rule.Keyword, $"type {argument} is not supported"); break;
                case "load": load = argument; break;
                case "format": format = argument is "csv" or "json" or "ndjson" ? argument : throw new RefusedException(rule.Keyword, $"format {argument} is not supported"); break;
                case "value_key": key = argument; break;
                case "match": matchesSubdomains = argument == "subdomain" ? true : throw new RefusedException(rule.Keyword, $"match {argument} is not supported"); break;
                // How much memory there is, and what is written beside an alert, changes no match. A set begins anew with each start.
                case "memcap" or "hashsize" or "state" or "save" or "context_key" or "remove_key" or "": break;
                default: throw new RefusedException(rule.Keyword, $"{word} is not known");
            }
        }
        Rules.Dataset set = rule.Datasets.Of(rule.Keyword, words[1], type);
        if (words[0] is "set" or "unset") set.IsChanged = true;
        if (load is not null) Datasets.Load(rule.Keyword, set, Beside(rule, load), format, key);
        rule.Add(new DatasetCheck(words[0], set, matchesSubdomains));
    }

    /// <summary>A list lies beside the file of its rule, and nowhere else: rules come from strangers.</summary>
    private static string Beside(RuleBuilder rule, string name)
    {
        if (rule.Folder is not { } folder) throw new RefusedException(rule.Keyword, $"{name} is looked for beside a file of rules, which these did not come from");
        if (Path.GetFileName(name) != name || name.Contains("..", StringComparison.Ordinal)) throw new RefusedException(rule.Keyword, $"{name} does not lie beside its rules");
        return Path.Combine(folder, name);
    }
}
