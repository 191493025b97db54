import { useQuery } from '@tanstack/react-query';
import { loadDocumentation, type Documentation } from './documentation.js';

const NO_WORDS: Documentation = new Map();

/** What each parameter means; nothing until that is loaded, or where it cannot be: fields work without. */
export function useDocumentation(): Documentation {
  const { data } = useQuery({ queryKey: ['documentation'], queryFn: loadDocumentation });
  return data ?? NO_WORDS;
}
