using dnlib.DotNet;
using dnlib.DotNet.Emit;
using dnlib.DotNet.Writer;

namespace Wardkeeper.Fuzz;

/// <summary>
/// Rewrites the sensor so that each statement, when it runs, leaves a mark: a byte in an array that <see cref="Statements"/> lends it.
/// A statement is a sequence point of the compiler, what a debugger stops at.
/// </summary>
internal static class StatementCounter
{
    /// <summary>The class that is added to the sensor, and its field that points to the marks.</summary>
    public const string Holder = "StatementMarks", Field = "Marks";

    private const int Hidden = 0xFEEFEE;

    /// <summary>Rewrites an assembly in place; beside it a list is left of where each mark's statement stands.</summary>
    public static void Instrument(string path)
    {
        List<string> places = [];
        byte[] rewritten;
        using (ModuleDefMD module = ModuleDefMD.Load(File.ReadAllBytes(path), new ModuleCreationOptions { PdbFileOrData = Path.ChangeExtension(path, ".pdb") }))
        {
            FieldDefUser marks = new(Field, new FieldSig(new PtrSig(module.CorLibTypes.Byte)), FieldAttributes.Public | FieldAttributes.Static);
            foreach (TypeDef type in module.GetTypes().ToArray())
            {
                foreach (MethodDef method in type.Methods.Where(static method => method.HasBody)) Mark(method.Body, marks, places);
            }
            TypeDefUser holder = new(Holder, module.CorLibTypes.Object.TypeDefOrRef) { Attributes = TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed };
            holder.Fields.Add(marks);
            module.Types.Add(holder);
            using MemoryStream into = new();
            module.Write(into, new ModuleWriterOptions(module));
            rewritten = into.ToArray();
        }
        File.WriteAllBytes(path, rewritten);
        File.WriteAllLines(Statements.ListBeside(path), places);
    }

    /// <summary>The mark takes the place of the statement's first instruction, so that whatever jumps there comes by it.</summary>
    private static void Mark(CilBody body, FieldDef marks, List<string> places)
    {
        body.SimplifyBranches();
        for (int i = 0; i < body.Instructions.Count; i++)
        {
            Instruction first = body.Instructions[i];
            if (first.SequencePoint is not { StartLine: not Hidden } point) continue;
            Instruction moved = new(first.OpCode, first.Operand);
            (first.OpCode, first.Operand) = (OpCodes.Ldsfld, marks);
            Instruction[] rest = [OpCodes.Ldc_I4.ToInstruction(places.Count), OpCodes.Add.ToInstruction(), OpCodes.Ldc_I4_1.ToInstruction(), OpCodes.Stind_I1.ToInstruction(), moved];
            for (int k = 0; k < rest.Length; k++) body.Instructions.Insert(i + 1 + k, rest[k]);
            i += rest.Length;
            places.Add($"{point.Document.Url}:{point.StartLine}:{point.StartColumn}");
        }
        body.OptimizeBranches();
        body.OptimizeMacros();
    }
}
